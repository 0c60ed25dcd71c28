"""Readers that wait for the next event: woken by notifications, found by looking where those are lost."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from integration.chassis.store.conftest import Store, happened
from integration.chassis.store.test_green import run

from synergy_chassis.store import EventLog, engine, listening, log, notifying, pipeline
from synergy_chassis.store.append import APPEND, Batch, record
from synergy_chassis.store.notifying import CHANNEL, SPACING
from synergy_contracts.envelope import EventsPage

SOON = 20.0
NEVER = 60.0


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(12) as made:
        yield made


@pytest.fixture
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that waits relies on notifications."""
    monkeypatch.setattr(log, "FIRST_LOOK", NEVER)
    monkeypatch.setattr(log, "LAST_LOOK", NEVER)


@pytest.fixture
def nobody_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every notification is lost."""
    monkeypatch.setattr(pipeline, "announce", lambda _engine: None)


def until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def listens(store: Store) -> bool:
    with psycopg.connect(store.admin_url) as admin:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        return admin.execute(query).fetchone() != (0,)


def versions(page: EventsPage) -> list[tuple[str, int]]:
    return [(event.stream, event.version) for event in page.events]


def test_what_is_stored_is_told_to_whoever_waits(store: Store, threads: ThreadPoolExecutor, nobody_looks: None) -> None:
    waiting = [threads.submit(store.log.after, 0, wait=NEVER) for _ in range(3)]
    until(lambda: listens(store))
    store.append("thing-1")
    assert [[("thing-1", 1)]] * 3 == [versions(future.result(SOON)) for future in waiting]


def test_with_every_notification_lost_the_event_is_found_by_looking(
    store: Store, threads: ThreadPoolExecutor, nobody_tells: None
) -> None:
    waiting = threads.submit(store.log.after, 0, wait=NEVER)
    until(lambda: listens(store))
    store.append("thing-1")
    assert [("thing-1", 1)] == versions(waiting.result(SOON))


def test_what_is_stored_between_the_look_and_the_wait_is_not_slept_through(
    store: Store, threads: ThreadPoolExecutor, nobody_looks: None
) -> None:
    class Late(EventLog):
        def _page(self, *arguments: Any) -> EventsPage:
            page = super()._page(*arguments)
            if not store.version("thing-1"):
                heard = self._listener.count
                store.append("thing-1")
                until(lambda: self._listener.count > heard)
            return page

    late = Late(store.engine)
    with late._listener.attended():
        until(lambda: listens(store))
        assert versions(threads.submit(late.after, 0, wait=NEVER).result(SOON))[:1] == [("thing-1", 1)]


def test_what_was_stored_before_it_could_listen_is_looked_for_again(store: Store, threads: ThreadPoolExecutor) -> None:
    heard = store.log._listener.count
    with store.log._listener.attended():
        store.log._listener.wait(heard, SOON)
    assert store.log._listener.count > heard, "to begin to listen counts as something heard"


def test_a_lost_connection_is_made_anew_and_counts_as_heard(
    store: Store, threads: ThreadPoolExecutor, nobody_looks: None, nobody_tells: None
) -> None:
    waiting = threads.submit(store.log.after, 0, wait=NEVER)
    until(lambda: listens(store))
    store.append("thing-1")  # while nobody tells
    store.admin(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    )
    assert [("thing-1", 1)] == versions(waiting.result(SOON))


def test_a_process_without_a_thread_to_spare_looks_and_listens_later(
    store: Store, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoThread(threading.Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(listening.threading, "Thread", NoThread)
    assert store.log.after(0, wait=0.01).events == []
    monkeypatch.undo()

    heard = store.log._listener.count
    with store.log._listener.attended():
        store.log._listener.wait(heard, SOON)
    assert store.log._listener.count > heard


def test_a_wait_ends_in_time_and_tells_how_far_it_looked(store: Store) -> None:
    store.append("thing-1")
    connection = store.connect(store.url)
    append_raw(connection, "gone-1")
    connection.rollback()  # position 2 is a hole

    page = store.log.after(1, wait=0.2)
    assert ([], 2) == (page.events, page.read_to)


def test_a_reader_too_many_is_answered_at_once(store: Store, threads: ThreadPoolExecutor, nobody_looks: None) -> None:
    waiting = [threads.submit(store.log.after, 0, wait=NEVER) for _ in range(log.WAITING)]
    until(lambda: store.log._listener._waiting == log.WAITING)

    assert store.log.after(0, wait=NEVER).events == []
    assert not any(future.done() for future in waiting)
    until(lambda: listens(store))
    store.append("thing-1")
    assert [1] * log.WAITING == [future.result(SOON).read_to for future in waiting]


def test_who_waits_holds_no_connection_of_the_pool(store: Store, threads: ThreadPoolExecutor) -> None:
    narrow = engine(store.url, application_name="narrow", pool_size=1)
    reader = EventLog(narrow)
    waiting = [threads.submit(reader.after, 0, wait=NEVER) for _ in range(3)]
    until(lambda: reader._listener.count)
    with narrow.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    store.append("thing-1")
    assert [1, 1, 1] == [future.result(SOON).read_to for future in waiting]
    narrow.dispose()


def test_many_commits_make_few_notifications(store: Store) -> None:
    connection = psycopg.connect(store.url, autocommit=True)
    connection.execute(f"LISTEN {CHANNEL}")
    began = time.monotonic()
    with ThreadPoolExecutor(4) as writers:
        list(writers.map(lambda number: store.append(f"thing-{number}", creates=True), range(100)))
    took = time.monotonic() - began

    told = len(list(connection.notifies(timeout=1, stop_after=1))) + len(list(connection.notifies(timeout=0.2)))
    connection.close()
    assert 1 <= told <= 2 + took / SPACING


@pytest.mark.parametrize("broken", ["SELECT 1 / 0", "SELECT pg_terminate_backend(pg_backend_pid())"])
def test_a_notification_that_fails_harms_nobody(store: Store, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    tried = threading.Event()
    monkeypatch.setattr(notifying, "_NOTIFY", broken)
    monkeypatch.setattr(notifying._log, "debug", lambda *_line, **_fields: tried.set())

    assert store.append("thing-1")[0].version == 1
    assert tried.wait(SOON)
    assert store.append("thing-1")[0].version == 2
    monkeypatch.undo()
    assert [("thing-1", 3)] == [(event.stream, event.version) for event in store.append("thing-1")]


def test_in_a_green_process_others_run_while_some_wait(store: Store) -> None:
    told = run(
        """
import eventlet, sys, time
from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import CommandContext, EventLog, NewEvent, UnitOfWork, engine, log
log.FIRST_LOOK = log.LAST_LOOK = 60
pool = engine(sys.argv[1], application_name="test", pool_size=2)
reader = EventLog(pool)
waiting = [eventlet.spawn(reader.after, 0, wait=60) for _ in range(5)]
eventlet.spawn(lambda: None).wait()
while not reader._listener.count:
    eventlet.sleep(0.01)
longest = 0.0
for _ in range(50):  # the hub is free, and so is the pool
    began = time.monotonic()
    with pool.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    eventlet.sleep(0)
    longest = max(longest, time.monotonic() - began)
with UnitOfWork(pool, SystemClock()).stream(
    "thing-1", CommandContext(command_id=new_id(), actor_id=None, request_id=None), creates=True
) as stream:
    event = NewEvent(type="thing.happened", schema_version=1, entity="thing-1", data={})
    stream.append([event], outcome={}, rows=lambda events, writer: None)
print(longest < 1, [thread.wait().read_to for thread in waiting])
""",
        store.url,
    )
    assert told == "True [1, 1, 1, 1, 1]"


def test_what_the_barrier_took_and_for_whom_is_told(store: Store, threads: ThreadPoolExecutor) -> None:
    store.append("thing-1")
    quick = EventLog(store.engine)
    quick.after(0)
    slow = store.connect(store.url)
    append_raw(slow, "slow-1")
    reading = threads.submit(store.log.after, 0)
    time.sleep(0.1)  # what the barrier is to report
    slow.commit()
    reading.result(SOON)

    assert (1, 0, 0) == (quick.barrier.reads, quick.barrier.seconds, quick.barrier.holder)
    assert (1, slow.info.backend_pid) == (store.log.barrier.reads, store.log.barrier.holder)
    assert 0 < store.log.barrier.longest == store.log.barrier.seconds < SOON


def append_raw(connection: psycopg.Connection[Any], stream: str) -> None:
    """An append that is not committed, and of which nobody will be told."""
    at = datetime(2040, 1, 1, tzinfo=UTC)
    events = record([happened()], stream=stream, after=0, at=at, meta={})
    batch = Batch(stream=stream, mode="any", expected=None, command_id=None, outcome={}, recorded_at=at, meta={},
                  events=events)  # fmt: skip
    connection.execute(APPEND, batch.parameters())
