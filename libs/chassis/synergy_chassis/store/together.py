"""Several questions at once."""

import sqlalchemy
from psycopg.pq import TransactionStatus

from synergy_chassis.store.constant import Question, Rows, direct
from synergy_chassis.store.engine import driver

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


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
    with raw.pipeline():
        if alone:
            raw.execute(_BEGIN)
        asked = [statement.sent(connection, values) for statement, values in questions]
        if alone:
            raw.execute("COMMIT")
    return [rows() for rows in asked]
