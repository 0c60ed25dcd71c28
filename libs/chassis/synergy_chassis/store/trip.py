"""Statements that are sent together and answered together, with little between them and libpq."""

from collections.abc import Container, Generator, Iterable, Sequence
from functools import cache
from itertools import count
from typing import Any, Final, NoReturn

import psycopg
from psycopg._preparing import PrepareManager
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import Ready, Wait

from synergy_chassis.store.texts import written

Given = Sequence[bytes | None]
"""Parameters as PostgreSQL reads them."""

MOST: Final = 150
"""Statements that a session keeps prepared; the oldest make room for new ones."""
_CHANGED: Final = ("26000", "0A000")
"""A prepared statement is not there any more, or its columns have other types than when it was prepared."""


class Prepared(PrepareManager):
    """
    Which statements the session of a connection has prepared: psycopg's, and beside them `ours`, by their texts. Where
    psycopg makes the session forget all of them, ours are forgotten too.
    """

    def __init__(self, connection: psycopg.Connection[Any], before: PrepareManager) -> None:
        super().__init__()
        self.__dict__.update(before.__dict__)
        self.ours: dict[bytes, bytes] = {}
        self.reader = Transformer(connection)
        self._numbers = count()

    def next_name(self) -> bytes:
        """A name that no statement of the session has had."""
        return b"trip_%d" % next(self._numbers)

    def surplus(self, needed: Container[bytes]) -> list[bytes]:
        """The texts of the oldest that are too many, `needed` ones aside."""
        return [text for text in list(self.ours)[: max(0, len(self.ours) - MOST)] if text not in needed]

    def maintain_gen(self, conn: Any) -> Any:
        """What psycopg does about those that it has given up."""
        if None in self._to_flush:  # DEALLOCATE ALL
            self.ours.clear()
        return super().maintain_gen(conn)


def prepared(connection: psycopg.Connection[Any]) -> Prepared:
    """What its session has prepared."""
    known = connection._prepared
    if not isinstance(known, Prepared):
        known = connection._prepared = Prepared(connection, known)
    return known


class Trip:
    """
    One round trip on a connection: `ask` adds a statement, prepared once a session, and `go` sends all and waits for
    their answers. Where psycopg would begin a transaction before the first, so does this, but in the same round trip.
    """

    __slots__ = ("_asked", "_known", "_raw")

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw = raw
        self._known = prepared(raw)
        self._asked: list[tuple[bytes, Given, bool]] = []
        if not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE:
            self.ask(_begin(raw))

    def ask(self, text: bytes, parameters: Given = (), *, prepared: bool = True) -> int:
        """
        Add a statement, its places for parameters written $1, $2 …; the number of its answer. One that is not
        `prepared` is planned for these very parameters.
        """
        self._asked.append((text, parameters, prepared))
        return len(self._asked) - 1

    def say(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """The same with places written `%s`, and parameters as Python has them."""
        return self.ask(numbered(statement), self.written(parameters))

    def written(self, parameters: Iterable[Any]) -> Given:
        """Parameters as PostgreSQL reads them."""
        reader = self._known.reader
        return [written(value, reader) for value in parameters]

    def go(self) -> list[PGresult]:
        """
        The answer to each statement, in order. Raises the psycopg.Error of the first that failed; those after it were
        not run, and an open transaction is to be rolled back. Whoever is interrupted as it waits leaves the connection
        closed.
        """
        libpq, sent = self._raw.pgconn, list[bytes | None]()
        libpq.enter_pipeline_mode()
        results: list[PGresult] | None = None
        try:
            fresh = dict[bytes, bytes]()
            for text, parameters, prepared in self._asked:
                if not prepared:
                    libpq.send_query_params(text, parameters)
                    sent.append(None)
                    continue
                known = self._known.ours.get(text) or fresh.get(text)
                if known is None:
                    known = fresh[text] = self._known.next_name()
                    libpq.send_prepare(known, text)
                    sent.append(text)
                libpq.send_query_prepared(known, parameters)
                sent.append(None)
            # Last, for before a BEGIN it would be a transaction's first query, which takes its snapshot.
            given_up = self._known.surplus({text for text, _, _ in self._asked})
            for text in given_up:
                libpq.send_query_params(b"DEALLOCATE " + self._known.ours[text], None)
            libpq.pipeline_sync()
            results = self._raw.wait(_answers(libpq))
        finally:
            if results is None:
                self._raw.close()  # what it would answer next is nobody's
            elif libpq.status != ConnStatus.BAD:
                libpq.exit_pipeline_mode()
        answers = self._checked(results, sent, fresh)
        for text, result in zip(given_up, results[len(sent) :], strict=False):
            if result.status == ExecStatus.COMMAND_OK:
                self._known.ours.pop(text, None)
        return answers

    def _checked(self, results: list[PGresult], sent: list[bytes | None], fresh: dict[bytes, bytes]) -> list[PGresult]:
        """The answers without those to the preparing, of which is noted what is prepared."""
        answers = list[PGresult]()
        for text, result in zip(sent, results, strict=False):
            if result.status == ExecStatus.FATAL_ERROR:
                self._fail(error_from_result(result, encoding="utf-8"))
            if text is None:
                answers.append(result)
            else:
                self._known.ours[text] = fresh[text]
        if len(answers) != len(self._asked):
            raise psycopg.OperationalError("The connection was lost.")
        return answers

    def _fail(self, error: psycopg.Error) -> NoReturn:
        if error.sqlstate in _CHANGED:
            self._known.ours.clear()
        if self._raw.pgconn.status == ConnStatus.BAD and not isinstance(error, psycopg.OperationalError):
            raise psycopg.OperationalError(str(error)) from error
        raise error

    def tuples(self, result: PGresult) -> list[tuple[Any, ...]]:
        """The rows of an answer, as psycopg reads them."""
        reader = self._known.reader
        reader.set_pgresult(result)
        return reader.load_rows(0, result.ntuples, tuple)


def _begin(raw: psycopg.Connection[Any]) -> bytes:
    """What psycopg begins a transaction of this connection with."""
    level = "" if raw.isolation_level is None else f" ISOLATION LEVEL {raw.isolation_level.name.replace('_', ' ')}"
    return f"BEGIN{level}{' READ ONLY' if raw.read_only else ''}".encode()


def _answers(libpq: Any) -> Generator[Wait, Ready | int, list[PGresult]]:
    """What is answered up to where everything that was sent is; reads while it sends, lest both sides wait."""
    while libpq.flush():
        if (yield Wait.RW) & Ready.R:
            libpq.consume_input()
    results = list[PGresult]()
    while True:
        while libpq.is_busy():
            if (yield Wait.R):
                libpq.consume_input()
        result = libpq.get_result()
        if result is None:
            if libpq.status == ConnStatus.BAD:
                return results
            continue
        if result.status == ExecStatus.PIPELINE_SYNC:
            return results
        results.append(result)


@cache
def numbered(statement: str) -> bytes:
    """
    A statement whose places for parameters are written `%s`, as the server takes it: $1, $2 … Nothing else is looked
    for in it: a `%%` stays.
    """
    first, *others = statement.split("%s")
    return "".join([first, *(f"${number}{text}" for number, text in enumerate(others, start=1))]).encode()
