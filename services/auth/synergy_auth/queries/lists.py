"""What every list needs: a page, a count."""

from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

COUNTED_TO: Final = 1_000
"""Lists are counted exactly up to here."""


def paged(statement: Select[Any], page: int, page_size: int) -> Select[Any]:
    """One page; pages count from 1."""
    return statement.limit(page_size).offset((page - 1) * page_size)


def count_up_to(rows: Connection, statement: Select[Any], limit: int = COUNTED_TO) -> int | None:
    """How many rows the statement has, or None if there are more than `limit`."""
    some = statement.order_by(None).limit(limit + 1).subquery()
    counted = rows.execute(select(func.count()).select_from(some)).scalar_one()
    return None if counted > limit else counted
