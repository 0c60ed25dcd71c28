"""What every list needs: words to look for, an order, a page, a count."""

import base64
import operator
import re
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)

from synergy_projects.domain.errors import InvalidParameter

START: Final = "start"
"""The cursor of the beginning of a list."""
EMPTY: Final[ColumnElement[Any]] = literal_column("'{}'")
"""The array without entries: not a parameter, so that partial indexes are seen to do."""
COUNTED_TO: Final = 1_000
"""Where no counter knows it, a list is counted up to here."""


def found_in(search: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether one of the columns contains the text, whatever its case; `%` and `_` mean themselves."""
    return alike(literal(pattern(search)), *columns)


def pattern(search: str) -> str:
    """What `alike` takes for a text anywhere."""
    return "%" + re.sub("([%_/])", r"/\1", search) + "%"


def alike(wanted: ColumnElement[str], *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether one of the columns is like `pattern` of a text, whatever its case."""
    return or_(*(func.lower(column).like(func.lower(wanted), escape="/") for column in columns))


def ranked(column: ColumnElement[str], words: Sequence[str]) -> ColumnElement[int]:
    """Sort the column by the place of its word in `words`, not by the alphabet."""
    return case({word: place for place, word in enumerate(words)}, value=column, else_=len(words))


def in_order(
    statement: Select[Any], ordering: str, columns: Mapping[str, ColumnElement[Any]], tie: ColumnElement[Any]
) -> Select[Any]:
    """Sorted by the named column (`-` for descending, nulls last), and among equals by `tie` in the same direction."""
    name, descending = ordering.removeprefix("-"), ordering.startswith("-")
    chosen = [columns[name]] if columns[name] is tie else [columns[name], tie]
    sorted_by = [column.desc() if descending else column.asc() for column in chosen]
    if getattr(columns[name], "nullable", False):  # nowhere else, for indexes sort nulls the other way
        sorted_by[0] = sorted_by[0].nulls_last()
    return statement.order_by(*sorted_by)


def paged(statement: Select[Any], page: int, page_size: int) -> Select[Any]:
    """One page; pages count from 1."""
    return statement.limit(page_size).offset((page - 1) * page_size)


def one_page(statement: Select[Any]) -> Select[Any]:
    """The same for a statement that never changes: `page_size` rows, after those `before`."""
    limit, offset = bindparam("page_size", type_=Integer), bindparam("before", type_=Integer)
    return statement.limit(limit).offset(offset)


def begun_at(cursor: str, ordering: str, column: ColumnElement[Any]) -> tuple[Any, int] | None:
    """
    The place a cursor tells: the value of the column there, and the one that tells equals apart; None for the start.

    Raises InvalidParameter for one that is not of a list in this order.
    """
    if cursor == START:
        return None
    try:
        told = msgspec.json.decode(
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=tuple[str, Any, int]
        )
        if told[0] != ordering or not 0 <= told[2] < 2**63:
            raise ValueError(ordering)
        return msgspec.convert(told[1], column.type.python_type | None), told[2]
    except ValueError:
        raise InvalidParameter(
            "cursor", "is not one of this list in this order: take it from next, or begin with start"
        ) from None


def cursor_at(ordering: str, value: Any, tie: int) -> str:
    """The cursor of what comes after this place."""
    return base64.urlsafe_b64encode(msgspec.json.encode((ordering, value, tie))).rstrip(b"=").decode()


class Place(Enum):
    """Where a list by cursor goes on: after a row with a value in the column of its order, or after one without."""

    VALUE = auto()
    NOTHING = auto()

    @classmethod
    def of(cls, place: tuple[Any, int] | None) -> "Place | None":
        """Which of the two a place of `begun_at` is."""
        if place is None:
            return None
        return cls.NOTHING if place[0] is None else cls.VALUE


def placed_at(place: tuple[Any, int] | None) -> dict[str, Any]:
    """The parameters that `beyond` takes."""
    return {} if place is None else {"placed": place[0], "tie": place[1]}


def beyond(place: Place, ordering: str, column: ColumnElement[Any], tie: ColumnElement[Any]) -> ColumnElement[bool]:
    """
    What comes after the place told by `placed_at`, in the order of `in_order`, whatever was put in or taken away before
    it.
    """
    further = operator.lt if ordering.startswith("-") else operator.gt
    number = bindparam("tie", type_=tie.type)
    among_equals: ColumnElement[bool] = further(tie, number)
    if column is tie:
        return among_equals
    if place is Place.NOTHING:
        return column.is_(None) & among_equals
    later: ColumnElement[bool] = further(tuple_(column, tie), tuple_(bindparam("placed", type_=column.type), number))
    return or_(later, column.is_(None)) if getattr(column, "nullable", False) else later


def counting(statement: Select[Any], *, up_to: str | None = None) -> Select[Any]:
    """How many rows the statement has, as `count`; no further than the parameter named `up_to` tells."""
    limited = statement if up_to is None else statement.limit(bindparam(up_to, type_=Integer))
    return select(func.count().label("count")).select_from(limited.order_by(None).subquery())


def up_to(counted: int, limit: int = COUNTED_TO) -> int | None:
    """A count that was not taken further than one beyond the limit; None for beyond."""
    return None if counted > limit else counted


def count(connection: Connection, statement: Select[Any]) -> int:
    """How many rows the statement has, exactly."""
    return connection.execute(select(func.count()).select_from(statement.order_by(None).subquery())).scalar_one()


def count_up_to(connection: Connection, statement: Select[Any], limit: int = COUNTED_TO) -> int | None:
    """The same, or None if there are more than `limit`."""
    counted = count(connection, statement.limit(limit + 1))
    return up_to(counted, limit)
