"""Rows, append and COMMIT in one round trip, so that the store's lock is held no longer."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy

from synergy_chassis.store.append import Appending
from synergy_chassis.store.constant import NOTHING, Constant, Question, Rows, keyless
from synergy_chassis.store.engine import driver
from synergy_chassis.store.events import RecordedEvent
from synergy_chassis.store.notifying import announce
from synergy_chassis.store.writer import Statement


def begin(
    connection: sqlalchemy.Connection,
    statement: str,
    parameters: Sequence[Any],
    *,
    before: Sequence[tuple[str, Sequence[Any]]] = (),
    also: Question | None = None,
) -> tuple[list[tuple[Any, ...]], Rows]:
    """
    Begin a transaction with `statement`, others `before` it and a question after it, in one round trip; answer the rows
    of `statement` and of `also`.

    The connection is one that commits by itself (isolation level AUTOCOMMIT): psycopg would wait for the answer to a
    BEGIN of its own. SQLAlchemy rolls back what is left open.
    """
    connection.begin()
    raw = driver(connection)
    with raw.cursor() as cursor:
        with raw.pipeline():
            raw.execute("BEGIN")
            for first, values in before:
                raw.execute(first, values, prepare=True)
            cursor.execute(statement, parameters, prepare=True)
            asked = also[0].sent(connection, also[1]) if also else None
        return cursor.fetchall(), asked() if asked else []


def flush(connection: sqlalchemy.Connection, statements: Sequence[Statement], batch: Appending) -> list[RecordedEvent]:
    """
    Write `statements`, append `batch` and commit, in one psycopg pipeline; answer the events with positions and hashes.

    The rows go first: a broken constraint then costs no position, and the store's lock is taken by the last statement
    before COMMIT. Any error undoes everything.
    """
    written = finish(connection, statements, *batch.call())
    if batch.events:
        announce(connection.engine)
    return batch.written(written)


def finish(
    connection: sqlalchemy.Connection, statements: Sequence[Statement], last: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Send `statements`, `last` and COMMIT together, and answer the rows of `last`. Any error undoes everything."""
    raw = driver(connection)
    with raw.cursor() as cursor:
        with raw.pipeline():
            for statement, values in statements:
                if isinstance(statement, Constant):
                    statement.send(connection, NOTHING if values is None else values)
                else:
                    connection.execute(keyless(statement), values)
            cursor.execute(last, parameters, prepare=True)
            raw.execute("COMMIT")  # raw.commit() would wait here, and the pipeline's end once more
        rows = cursor.fetchall()
    connection.commit()  # closes SQLAlchemy's transaction; the server's is over
    return rows
