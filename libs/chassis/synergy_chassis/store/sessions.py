"""
Single statements that commit by themselves, with nothing around them that takes longer than it must.

A statement is prepared once a session and then sent by psycopg's libpq, parameters and answer as text: no cursor, no
adapters, no transaction to begin, end or look after. That is half of what a single append costs its process.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import psycopg
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus, TransactionStatus

from synergy_chassis.store.errors import StoreUnavailable
from synergy_chassis.store.trip import numbered

Text = str | None
Row = tuple[bytes | None, ...]

_DONE: Final = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Session:
    """A connection in autocommit, and the statements that it has prepared."""

    def __init__(self, connection: psycopg.Connection[Any], generation: int) -> None:
        self.generation = generation
        self.made_at = time.monotonic()
        self._connection = connection
        self._libpq = connection.pgconn
        self._names: dict[str, bytes] = {}

    def execute(self, statement: str, parameters: Sequence[Text]) -> list[Row]:
        """
        The rows of `statement`, whose places for parameters are written `%s`. Waits as psycopg does, so cooperatively
        under eventlet. Raises psycopg.Error.
        """
        name = self._names.get(statement)
        if name is None:
            name = self._prepared(statement)
        self._libpq.send_query_prepared(name, [None if text is None else text.encode() for text in parameters])
        answer = self._answer()
        columns = range(answer.nfields)
        return [tuple(answer.get_value(row, column) for column in columns) for row in range(answer.ntuples)]

    def _prepared(self, statement: str) -> bytes:
        name = f"session_{len(self._names)}".encode()
        self._libpq.send_prepare(name, numbered(statement))
        self._answer()
        self._names[statement] = name
        return name

    def _answer(self) -> Any:
        answer = self._connection.wait(execute(self._libpq))[-1]
        if answer.status not in _DONE:
            raise error_from_result(answer, encoding="utf-8")
        return answer

    @property
    def at_rest(self) -> bool:
        """Whether it is connected, as far as is known here, and no transaction is open."""
        return self._libpq.transaction_status == TransactionStatus.IDLE

    @property
    def alive(self) -> bool:
        """Whether the server has not closed it while it lay idle; noticed without a round trip."""
        try:
            self._libpq.consume_input()
            self._libpq.consume_input()  # the first may have read the server's parting words
        except psycopg.OperationalError:
            return False
        return self.at_rest

    def close(self) -> None:
        """End it."""
        self._connection.close()


class Sessions:
    """
    At most `size` sessions, each made by `connect` when none is idle; the one that worked last works next.

    Replaced is one that is older than `lifetime` seconds, that the server has closed, or that does not come back at
    rest.
    """

    def __init__(
        self, connect: Callable[[], psycopg.Connection[Any]], *, size: int, patience: float, lifetime: float
    ) -> None:
        self._connect = connect
        self._free = threading.Semaphore(size)
        self._patience = patience
        self._lifetime = lifetime
        self._idle: list[Session] = []
        self._generation = 0

    def execute(self, statement: str, parameters: Sequence[Text] = ()) -> list[Row]:
        """
        The rows of `statement`, a transaction of its own: see Session.

        Raises psycopg.Error; StoreUnavailable when no session came free within `patience` seconds.
        """
        if not self._free.acquire(timeout=self._patience):
            raise StoreUnavailable("No database connection came free in time.")
        try:
            session = self._idle_one() or Session(self._connect(), self._generation)
            try:
                return session.execute(statement, parameters)
            finally:
                if session.at_rest and session.generation == self._generation:
                    self._idle.append(session)
                else:
                    session.close()
        finally:
            self._free.release()

    def _idle_one(self) -> Session | None:
        while self._idle:
            try:
                session = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            if session.alive and time.monotonic() - session.made_at < self._lifetime:
                return session
            session.close()
        return None

    def close(self) -> None:
        """End those that are idle, and the others when their statement has ended; new ones are made when needed."""
        self._generation += 1
        while self._idle:
            self._idle.pop().close()
