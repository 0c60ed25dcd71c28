"""What a session keeps prepared between round trips, and what it makes of those that go wrong."""

from collections.abc import Iterator

import psycopg
import pytest

from synergy_chassis.store.trip import MOST, Trip, prepared

from .conftest import Store


@pytest.fixture
def session(store: Store) -> Iterator[psycopg.Connection]:
    with psycopg.connect(store.url) as connection:
        yield connection
        connection.close()


def ask(session: psycopg.Connection, statement: str, *parameters: object) -> list[tuple]:
    trip = Trip(session)
    number = trip.say(statement, parameters)
    return trip.tuples(trip.go()[number])


def known_to_the_server(session: psycopg.Connection) -> int:
    cursor = session.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'trip%'")
    return int(cursor.fetchone()[0])


def test_what_psycopg_makes_the_session_forget_is_prepared_anew(session: psycopg.Connection) -> None:
    assert ask(session, "SELECT %s::bigint + 1", 1) == [(2,)]
    session.execute("SELECT 1", prepare=True)
    session.rollback()

    assert ask(session, "SELECT %s::bigint + 1", 2) == [(3,)]


def test_what_is_prepared_outlives_a_statement_that_fails_after_it(session: psycopg.Connection) -> None:
    ask(session, "SELECT 1")
    for _ in range(3):
        trip = Trip(session)
        trip.say("SELECT %s::text", ["before"])
        trip.say("SELECT 1 / %s::int", [0])
        trip.say("SELECT 'after'")
        with pytest.raises(psycopg.errors.DivisionByZero):
            trip.go()
        session.rollback()

    assert [text for text in prepared(session).ours if b"after" in text] == []
    assert known_to_the_server(session) == len(prepared(session).ours)


def test_the_oldest_make_room_for_new_ones(session: psycopg.Connection) -> None:
    for number in range(MOST + 20):
        assert ask(session, f"SELECT {number}") == [(number,)]

    assert known_to_the_server(session) == len(prepared(session).ours) <= MOST + 1
    assert ask(session, "SELECT 0") == [(0,)]


@pytest.mark.parametrize("given", ["a_transaction_of_its_own", "the_connection_s_next"])
def test_making_room_does_not_come_before_the_beginning_of_a_snapshot(store: Store, given: str) -> None:
    with psycopg.connect(store.url, autocommit=True) as session:
        for number in range(MOST + 20):
            ask(session, f"SELECT {number}")
        if given == "the_connection_s_next":
            session.autocommit = False
            session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for number in range(MOST + 20, MOST + 25):
            trip = Trip(session)
            if session.autocommit:
                trip.ask(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            one = trip.say(f"SELECT {number}")
            trip.ask(b"COMMIT")
            assert [(number,)] == trip.tuples(trip.go()[one])
        session.autocommit = True
        assert known_to_the_server(session) == len(prepared(session).ours) <= MOST + 3


def test_those_whose_giving_up_was_not_answered_are_known_still(session: psycopg.Connection) -> None:
    for number in range(MOST + 1):
        ask(session, f"SELECT {number}")
    for _ in range(3):
        with pytest.raises(psycopg.errors.DivisionByZero):
            ask(session, "SELECT 1 / %s::int", 0)
        session.rollback()

    assert known_to_the_server(session) == len(prepared(session).ours)


def test_one_that_is_not_there_any_more_is_prepared_anew_the_next_time(session: psycopg.Connection) -> None:
    ask(session, "SELECT 7")
    session.execute("DEALLOCATE ALL")

    with pytest.raises(psycopg.errors.InvalidSqlStatementName):
        ask(session, "SELECT 7")
    session.rollback()
    assert ask(session, "SELECT 7") == [(7,)]


def test_much_is_sent_and_answered_at_once_without_waiting_for_each_other(session: psycopg.Connection) -> None:
    trip, long = Trip(session), "x" * 20_000
    numbers = [trip.say("SELECT %s::text || %s::text", [long, str(number)]) for number in range(1_000)]

    answers = trip.go()
    assert [f"{long}{number}" for number in range(1_000)] == [trip.tuples(answers[one])[0][0] for one in numbers]


def test_a_session_that_is_ended_meanwhile_is_unavailable(store: Store, session: psycopg.Connection) -> None:
    trip = Trip(session)
    trip.say("SELECT pg_terminate_backend(pg_backend_pid())")
    trip.say("SELECT 1")

    with pytest.raises(psycopg.OperationalError):
        trip.go()
    assert session.closed


def test_text_that_would_be_cut_off_is_refused(session: psycopg.Connection) -> None:
    for value in ("a\x00b", ["a\x00b"]):
        with pytest.raises(psycopg.DataError, match="NUL"):
            Trip(session).say("SELECT %s::text", [value])


def test_one_that_is_planned_for_its_parameters_is_not_prepared(session: psycopg.Connection) -> None:
    ask(session, "SELECT 1")
    before = known_to_the_server(session)
    trip = Trip(session)
    number = trip.ask(b"SELECT $1::bigint + 1", [b"41"], prepared=False)

    assert [(42,)] == trip.tuples(trip.go()[number])
    assert before == known_to_the_server(session)
