"""The log as of one moment, read through two connections of each process that takes part, while writers go on."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine

from synergy_chassis.store.engine import driver

_AT_ONCE: Final = 2000
_CHUNK: Final = 500 if psycopg.capabilities.has_stream_chunked() else 1


@dataclass(frozen=True, slots=True)
class Moment:
    """
    `streaming` carries one long result at a time, `asking` everything else; both see the log as of the same moment.
    `name` is what other processes share it by, as long as it lasts here.
    """

    name: str
    asking: psycopg.Connection[Any]
    streaming: psycopg.Connection[Any]

    def stream(
        self, query: str, parameters: Mapping[str, object] | None = None
    ) -> Generator[tuple[Any, ...], None, None]:
        """The rows of a query, in binary, while the server finds the next ones. One at a time."""
        with self.streaming.cursor() as cursor:
            yield from cursor.stream(query, parameters, binary=True, size=_CHUNK)

    def rows(self, query: str, **parameters: object) -> Generator[tuple[Any, ...], None, None]:
        """The rows of a query, a few thousand at a time, whatever else is asked meanwhile."""
        with self.asking.cursor(name="rows") as cursor:
            cursor.itersize = _AT_ONCE
            cursor.execute(query, parameters)
            yield from cursor


@contextmanager
def one_moment(engine: Engine, name: str | None = None) -> Iterator[Moment]:
    """Now, or the moment that another process calls `name`. Takes two connections."""
    still = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with still.connect() as first, still.connect() as second:
        if name is None:
            name = str(_patient(first).exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
        else:
            _patient(_at(first, name))
        yield Moment(name=name, asking=driver(first), streaming=driver(_patient(_at(second, name))))


def _at(connection: Connection, name: str) -> Connection:
    connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{name}'")
    return connection


def _patient(connection: Connection) -> Connection:
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")  # one waits while the other streams
    return connection
