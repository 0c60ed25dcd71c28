"""Statements that commit by themselves have connections of their own: no more than allowed, and none that is broken."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine

from synergy_chassis.store import StoreUnavailable, engine
from synergy_chassis.store.autocommit import autocommit
from synergy_chassis.store.engine import by_itself, translated

from .conftest import Store


@pytest.fixture
def opened(store: Store) -> Iterator[Engine]:
    opened = engine(f"{store.url}?options=-c%20statement_timeout%3D60000", pool_size=1, application_name="single")
    yield opened
    opened.dispose()


def pid(opened: Engine) -> int:
    with autocommit(opened) as cursor:
        return int(cursor.execute("SELECT pg_backend_pid()").fetchall()[0][0])


def test_each_statement_is_a_transaction_of_its_own_on_a_connection_that_is_kept(opened: Engine) -> None:
    with autocommit(opened) as cursor:
        ids = [cursor.execute("SELECT pg_current_xact_id()::text").fetchall() for _ in range(2)]
        assert cursor.execute("SHOW statement_timeout").fetchall() == [("1min",)]
    assert ids[0] != ids[1]
    assert pid(opened) == pid(opened) == pid(opened.execution_options(isolation_level="REPEATABLE READ"))


def test_whoever_decides_first_has_all_of_the_pool(opened: Engine) -> None:
    with opened.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        assert pid(opened) != connection.connection.driver_connection.info.backend_pid


def test_there_are_no_more_than_allowed(opened: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_itself(opened).pool, "_timeout", 0.05)
    with autocommit(opened), pytest.raises(StoreUnavailable), translated(), autocommit(opened):
        pass


def test_one_that_does_not_come_back_at_rest_is_thrown_away(opened: Engine) -> None:
    first = pid(opened)
    with autocommit(opened) as cursor:
        cursor.execute("BEGIN")
    second = pid(opened)
    with pytest.raises(psycopg.errors.DivisionByZero), autocommit(opened) as cursor:
        cursor.execute("SELECT 1 / 0")

    assert first != second
    assert second == pid(opened), "a statement that failed has ended"


def test_they_are_closed_with_the_engine(store: Store, opened: Engine) -> None:
    before = pid(opened)
    opened.dispose()
    ended = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)"
    with store.connect(store.admin_url) as admin:
        admin.autocommit = True
        for _ in range(1000):
            if admin.execute(ended, (before,)).fetchone() == (True,):
                break
            threading.Event().wait(0.01)
        else:
            pytest.fail("the session goes on")
    assert before != pid(opened)
