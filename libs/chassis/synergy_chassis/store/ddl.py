"""The store's tables, functions and grants, as SQL statements kept in store/sql/*.sql."""

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Final

_FILES: Final = (
    "schema", "append", "append_one", "bulk", "prune", "read", "relay", "restoring", "subject_keys", "immutability",
    "seals", "generations", "grants",
)  # fmt: skip
_STATEMENT: Final = re.compile(r"^-- name: ", re.MULTILINE)
_ROLE: Final = re.compile(r"[a-z_][a-z0-9_$]*", re.IGNORECASE)


def store_ddl(*, service_role: str, parts: Sequence[str] = _FILES) -> list[str]:
    """
    SQL statements that make the store in an empty database, for the first revision of each service, or `parts` of it.

    Run them as the owner role; `service_role` may then read and append, and can change nothing that is written.
    Raises ValueError for a role name that is not a plain identifier.
    """
    if not _ROLE.fullmatch(service_role):
        raise ValueError(f"{service_role!r} is not a plain role name.")
    return [
        statement.replace("{service_role}", f'"{service_role}"') for name in parts for statement in _statements(name)
    ]


def _statements(name: str) -> Iterator[str]:
    text = (files("synergy_chassis.store") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    for part in _STATEMENT.split(text):
        if part.strip():
            yield "-- " + part.strip()
