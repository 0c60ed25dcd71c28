"""Single statements that commit by themselves, without what SQLAlchemy does around a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine


@contextmanager
def autocommit(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    """
    A connection of the pool's on which each statement is a transaction of its own.

    The same as `execution_options(isolation_level="AUTOCOMMIT")` at half of its price. A connection that does not come
    back at rest is thrown away.
    """
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    assert isinstance(connection, psycopg.Connection)
    try:
        connection.autocommit = True
        yield connection
    finally:
        if connection.closed or connection.info.transaction_status != TransactionStatus.IDLE:
            pooled.invalidate()
        else:
            connection.autocommit = False
            pooled.close()
