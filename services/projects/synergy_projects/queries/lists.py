"""What every list needs: words to look for, an order, a page, a count."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal_column, or_, select

EMPTY: Final[ColumnElement[Any]] = literal_column("'{}'")
"""The array without entries: not a parameter, so that partial indexes are seen to do."""
COUNTED_TO: Final = 1_000
"""Where no counter knows it, a list is counted up to here."""


def found_in(search: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether one of the columns contains the text, whatever its case; `%` and `_` mean themselves."""
    return or_(*(column.icontains(search, autoescape=True) for column in columns))


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


def count(connection: Connection, statement: Select[Any]) -> int:
    """How many rows the statement has, exactly."""
    return connection.execute(select(func.count()).select_from(statement.order_by(None).subquery())).scalar_one()


def count_up_to(connection: Connection, statement: Select[Any], limit: int = COUNTED_TO) -> int | None:
    """The same, or None if there are more than `limit`."""
    counted = count(connection, statement.limit(limit + 1))
    return None if counted > limit else counted
