"""A database's address with a program's own limits in it."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo


def conninfo(url: str, *, options: str, **usual: str | int) -> str:
    """
    `url` with `usual` parameters of libpq and `options` of the session. What the address asks for itself
    (`?options=-c statement_timeout=5000`, `connect_timeout`) goes before them.
    """
    asked = conninfo_to_dict(url)
    settings: dict[str, Any] = {**usual, **asked}
    return make_conninfo(**settings | {"options": f"{options} {asked.get('options') or ''}".strip()})
