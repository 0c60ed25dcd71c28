"""Several questions at once."""

import sqlalchemy

from synergy_chassis.store.constant import Question, Rows
from synergy_chassis.store.engine import driver

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


def together(connection: sqlalchemy.Connection, *questions: Question) -> list[Rows]:
    """
    The rows of each question, all of one moment, in one round trip.

    A connection that commits by itself (`UnitOfWork.glancing`) is given a transaction for them; in one that is open,
    they are asked there.
    """
    if connection.dialect.driver != "psycopg":
        return [statement.rows(connection, values) for statement, values in questions]
    raw = driver(connection)
    if not connection.in_transaction():
        connection.begin()
    with raw.pipeline():
        if raw.autocommit:
            raw.execute(_BEGIN)
        asked = [statement.sent(connection, values) for statement, values in questions]
        if raw.autocommit:
            raw.execute("COMMIT")
    return [rows() for rows in asked]
