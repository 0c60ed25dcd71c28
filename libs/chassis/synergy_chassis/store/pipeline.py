"""Rows, append and COMMIT in one round trip, so that the store's lock is held no longer."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy

from synergy_chassis.store.append import Appending
from synergy_chassis.store.constant import NOTHING, Constant, Question, Rows, keyless
from synergy_chassis.store.engine import driver
from synergy_chassis.store.events import RecordedEvent
from synergy_chassis.store.notifying import announce
from synergy_chassis.store.trip import Trip
from synergy_chassis.store.writer import Statement


def begin(
    connection: sqlalchemy.Connection,
    statement: str,
    parameters: Sequence[Any],
    *,
    before: Sequence[tuple[str, Sequence[Any]]] = (),
    also: Sequence[Question] = (),
) -> tuple[list[tuple[Any, ...]], list[Rows]]:
    """
    Begin a transaction with `statement`, others `before` it and questions after it, in one round trip; answer the rows
    of `statement` and those of each of `also`. SQLAlchemy rolls back what is left open.
    """
    connection.begin()
    trip = Trip(driver(connection))
    for first, values in before:
        trip.say(first, values)
    number = trip.say(statement, parameters)
    asked = [question.asked(trip, connection, values) for question, values in also]
    answers = trip.go()
    return trip.tuples(answers[number]), [told(answers) for told in asked]


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
    trip = Trip(driver(connection))
    for statement, values in statements:
        if not isinstance(statement, Constant):
            return _finish_by_sqlalchemy(connection, statements, last, parameters)
        for one in (values,) if values is None or isinstance(values, Mapping) else values:
            statement.asked(trip, connection, NOTHING if one is None else one)
    number = trip.say(last, parameters)
    trip.ask(b"COMMIT")
    rows = trip.tuples(trip.go()[number])
    connection.commit()  # closes SQLAlchemy's transaction; the server's is over
    return rows


def _finish_by_sqlalchemy(
    connection: sqlalchemy.Connection, statements: Sequence[Statement], last: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """The same, also of statements whose text is found anew for each."""
    raw = driver(connection)
    with raw.cursor() as cursor:
        with raw.pipeline():
            for statement, values in statements:
                text = statement.statement if isinstance(statement, Constant) else keyless(statement)
                connection.execute(text, values)
            cursor.execute(last, parameters, prepare=True)
            raw.execute("COMMIT")  # raw.commit() would wait here, and the pipeline's end once more
        rows = cursor.fetchall()
    connection.commit()
    return rows
