"""Statements that commit by themselves have sessions of their own: no more than allowed, and none that is broken."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Engine

from synergy_chassis.store import StoreUnavailable, engine
from synergy_chassis.store.engine import sessions
from synergy_chassis.store.sessions import Sessions

from .conftest import Store
from .waiting import wait_for_session

PID = "SELECT pg_backend_pid()"
WAIT = "SELECT pg_advisory_xact_lock(7)"
BLOCKED = "wait_event_type = 'Lock'"


@contextmanager
def held(store: Store) -> Iterator[Callable[[], None]]:
    """What WAIT waits for, until it is released."""
    with psycopg.connect(store.url) as holder:
        holder.execute(WAIT)
        yield holder.rollback


@pytest.fixture
def opened(store: Store) -> Iterator[Engine]:
    opened = engine(f"{store.url}?options=-c%20statement_timeout%3D60000", pool_size=2, application_name="single")
    yield opened
    opened.dispose()


@pytest.fixture
def made(store: Store) -> list[psycopg.Connection]:
    return []


@pytest.fixture
def few(store: Store, made: list[psycopg.Connection]) -> Iterator[Sessions]:
    """At most two."""

    def connect() -> psycopg.Connection:
        made.append(psycopg.connect(store.url, autocommit=True))
        return made[-1]

    few = Sessions(connect, size=2, patience=0.05, lifetime=1800)
    yield few
    few.close()


def pid(one: Sessions) -> int:
    ((found,),) = one.execute(PID)
    return int(found or 0)


def test_what_is_sent_and_answered_is_text_and_nothing_is_none(few: Sessions) -> None:
    awkward = "é\U0001f600 % %% $1 \\ \"' \n"
    assert [(awkward.encode(), None, b"7", b"")] == few.execute(
        "SELECT %s::text, %s::text, %s::bigint, %s::text", (awkward, None, "7", "")
    )
    assert [(b"1",), (b"2",)] == few.execute("SELECT generate_series(1, %s::integer)", ("2",))
    assert [] == few.execute("SELECT WHERE false")
    assert [] == few.execute("SET application_name = 'few'")


def test_each_statement_is_a_transaction_of_its_own_on_a_session_that_is_kept(opened: Engine) -> None:
    one = sessions(opened)
    ids = {one.execute("SELECT pg_current_xact_id()")[0] for _ in range(3)}
    assert 3 == len(ids)
    assert [(b"1min",)] == one.execute("SHOW statement_timeout")
    assert [(b"single",)] == one.execute("SHOW application_name")
    assert pid(one) == pid(one) == pid(sessions(opened.execution_options(isolation_level="REPEATABLE READ")))


def test_a_statement_is_prepared_once_a_session(few: Sessions) -> None:
    for number in range(3):
        few.execute("SELECT %s::integer", (str(number),))
    prepared = few.execute("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements")
    assert (b"SELECT $1::integer", b"3") in prepared


def test_there_are_no_more_than_allowed_and_whoever_waits_too_long_is_told(store: Store, few: Sessions, made) -> None:
    with held(store) as release, ThreadPoolExecutor(2) as pool:
        working = [pool.submit(few.execute, WAIT) for _ in range(2)]
        wait_for_session(store, f"(SELECT count(*) FROM pg_stat_activity WHERE query = '{WAIT}' AND {BLOCKED}) = 2")
        with pytest.raises(StoreUnavailable, match="came free"):
            few.execute(PID)
        release()
        assert [[(b"",)]] * 2 == [one.result() for one in working]
    assert {pid(few)} < {one.info.backend_pid for one in made}
    assert 2 == len(made)


def test_a_statement_that_failed_has_ended_and_the_session_goes_on(few: Sessions, made) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero) as failed:
        few.execute("SELECT 1 / %s::integer", ("0",))
    assert "division by zero" == failed.value.diag.message_primary
    with pytest.raises(psycopg.errors.SyntaxError):
        few.execute("SELECT (")
    assert [(b"1",)] == few.execute("SELECT 1 / %s::integer", ("1",))
    assert 1 == len(made)


def test_one_that_does_not_come_back_at_rest_is_replaced(few: Sessions, made) -> None:
    few.execute("BEGIN")
    few.execute(PID)
    assert [True, False] == [one.closed for one in made]


def test_one_that_the_server_closed_is_replaced_before_it_is_used(store: Store, few: Sessions, made) -> None:
    store.admin(f"SELECT pg_terminate_backend({pid(few)}, 5000)")
    assert pid(few) == made[1].info.backend_pid


def test_one_that_the_server_closes_under_a_statement_is_said_and_replaced(store: Store, few: Sessions, made) -> None:
    with pytest.raises(psycopg.OperationalError):
        few.execute("SELECT pg_terminate_backend(pg_backend_pid(), 5000)")
    assert pid(few) == made[1].info.backend_pid


def test_an_old_one_is_replaced(few: Sessions, made, monkeypatch: pytest.MonkeyPatch) -> None:
    pid(few)
    monkeypatch.setattr(few, "_lifetime", 0)
    pid(few)
    assert [True, False] == [one.closed for one in made]


def test_they_are_closed_with_the_engine_and_made_again_when_needed(opened: Engine) -> None:
    one = sessions(opened)
    before = pid(one)
    opened.dispose()
    assert [] == one._idle
    assert before != pid(one)


def test_one_that_works_while_they_are_closed_is_closed_when_it_has_ended(store: Store, few: Sessions, made) -> None:
    with held(store) as release, ThreadPoolExecutor(1) as pool:
        working = pool.submit(few.execute, WAIT)
        wait_for_session(store, f"query = '{WAIT}' AND {BLOCKED}")
        few.close()
        release()
        working.result()
    assert made[0].closed
