"""Nobody waits for ever: a writer for a stream, a reader behind the barrier, whoever an idle transaction holds up."""

import time
from datetime import UTC, datetime

import psycopg
import pytest

from synergy_chassis.clock import SystemClock
from synergy_chassis.store import Appender, EventLog, StoreUnavailable, UnitOfWork, engine
from synergy_chassis.store.append import APPEND, Batch, record

from .conftest import Store, command, happened


@pytest.fixture
def impatient(store: Store):
    pools = []

    def opened(setting: str, milliseconds: int):
        url = f"{store.url}?options=-c%20{setting}%3D{milliseconds}"
        pools.append(engine(url, application_name="impatient"))
        return pools[-1]

    yield opened
    for pool in pools:
        pool.dispose()


def hold(store: Store) -> psycopg.Connection:
    """A session that has appended to thing-1 and does not commit."""
    at = datetime(2040, 1, 1, tzinfo=UTC)
    batch = Batch(
        stream="thing-1", mode="any", expected=None, command_id=None, outcome={}, recorded_at=at, meta={},
        events=record([happened()], stream="thing-1", after=0, at=at, meta={}),
    )  # fmt: skip
    session = store.connect(store.url)
    session.execute(APPEND, batch.parameters())
    return session


@pytest.mark.parametrize("setting", ["lock_timeout", "statement_timeout"])
def test_a_writer_gives_up_waiting_for_a_stream_and_can_try_again(store: Store, impatient, setting: str) -> None:
    store.append("thing-1")
    holder, pool, context = hold(store), impatient(setting, 200), command()
    appender = Appender(pool, SystemClock())
    with pytest.raises(StoreUnavailable):
        appender.append("thing-1", [happened()], context)
    with pytest.raises(StoreUnavailable), UnitOfWork(pool, SystemClock()).stream("thing-1", context):
        pass
    holder.rollback()

    assert not appender.append("thing-1", [happened()], context).repeated
    assert store.version("thing-1") == 2


def test_a_reader_gives_up_waiting_behind_the_barrier(store: Store, impatient) -> None:
    holder = hold(store)
    log = EventLog(impatient("statement_timeout", 200))
    with pytest.raises(StoreUnavailable):
        log.after(0)
    holder.rollback()
    assert log.after(0).read_to == 1


def test_a_transaction_that_stays_idle_is_ended_and_holds_nobody_up(store: Store, impatient) -> None:
    uow = UnitOfWork(impatient("idle_in_transaction_session_timeout", 200), SystemClock())
    with pytest.raises(StoreUnavailable), uow.stream("thing-1", command(), creates=True) as stream:  # noqa: PT012
        stream.rows.exec_driver_sql("SELECT 1")
        admin = store.connect(store.admin_url)
        deadline = time.monotonic() + 10
        while (found := admin.execute(SESSIONS).fetchall()) != []:
            admin.rollback()
            assert time.monotonic() < deadline, found
            time.sleep(0.01)
        stream.append([happened()], outcome={}, rows=lambda recorded, writer: None)
    assert store.version("thing-1") == 0


SESSIONS = "SELECT state, query FROM pg_stat_activity WHERE application_name = 'impatient' AND state LIKE 'idle in%'"
