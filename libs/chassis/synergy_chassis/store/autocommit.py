"""Single statements that commit by themselves, without what SQLAlchemy does around a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine

from synergy_chassis.store.engine import by_itself

_CURSOR: Final = "cursor"


@contextmanager
def autocommit(engine: Engine) -> Iterator[psycopg.Cursor[Any]]:
    """
    A cursor on which each statement is a transaction of its own, on a connection of the pool beside `engine`'s.

    The same as `execution_options(isolation_level="AUTOCOMMIT")` at a fraction of its price: nothing is set or reset,
    and a connection keeps its cursor, which has learnt how parameters are written. One that does not come back at rest
    is thrown away.
    """
    pooled = by_itself(engine).raw_connection()
    connection = pooled.driver_connection
    assert isinstance(connection, psycopg.Connection)
    try:
        cursor = pooled.info.get(_CURSOR)
        if cursor is None:
            cursor = pooled.info[_CURSOR] = connection.cursor()
        yield cursor
    finally:
        if connection.pgconn.transaction_status == TransactionStatus.IDLE:
            pooled.close()
        else:
            pooled.invalidate()
