"""Values as PostgreSQL reads them: as text, whose type the statement tells; in a third of psycopg's time."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.abc import Transformer
from psycopg.adapt import PyFormat

from synergy_chassis.store.arrays import array, quoted

_BEYOND_TEXT: Final = "\x00"


def written(value: Any, psycopgs: Transformer) -> bytes | None:
    """
    One parameter; what is of no usual kind as `psycopgs` way is.

    Raises psycopg.DataError for text with a NUL character, ProgrammingError for what nobody knows how to write.
    """
    kind = type(value)
    if kind is str:
        if _BEYOND_TEXT in value:
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return bytes(value.encode())
    if value is None:
        return None
    known = _PLAIN.get(kind)
    if known is not None:
        return known(value).encode()
    if kind in (list, tuple) and all(type(one) in _ELEMENTS for one in value):
        return array(_ELEMENTS[type(one)](one) for one in value).encode()
    if kind is tuple:
        value = list(value)  # an array, where psycopg would write a composite
    encoded = psycopgs.get_dumper(value, PyFormat.TEXT).dump(value)
    return None if encoded is None else bytes(encoded)


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _element(text: str) -> str:
    if _BEYOND_TEXT in text:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return quoted(text)


_PLAIN: Final[Mapping[type, Callable[[Any], str]]] = {
    int: str,
    bool: _truth,
    Decimal: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
    UUID: str,
}
_ELEMENTS: Final[Mapping[type, Callable[[Any], str]]] = {int: str, str: _element}
