"""Several questions at once."""

import sqlalchemy
from psycopg.pq import TransactionStatus

from synergy_chassis.store.constant import Question, Rows, direct
from synergy_chassis.store.engine import driver
from synergy_chassis.store.trip import Trip

_BEGIN = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


def together(connection: sqlalchemy.Connection, *questions: Question) -> list[Rows]:
    """
    The rows of each question, all of one moment, in one round trip.

    A connection that commits by itself (`UnitOfWork.glancing`) is given a transaction for them; where one is open, they
    are asked in it, and of one moment only if it is.
    """
    if not direct(connection):
        return [statement.rows(connection, values) for statement, values in questions]
    raw = driver(connection)
    alone = raw.autocommit and raw.info.transaction_status == TransactionStatus.IDLE
    if not connection.in_transaction():
        connection.begin()
    trip = Trip(raw)
    if alone:
        trip.ask(_BEGIN)
    asked = [statement.asked(trip, connection, values) for statement, values in questions]
    if alone:
        trip.ask(b"COMMIT")
    answers = trip.go()
    return [told(answers) for told in asked]
