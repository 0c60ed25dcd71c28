"""Reading behind the barrier: what is committed late is not missed, and strangers do not matter."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
from integration.chassis.store.conftest import Store, command, happened
from integration.chassis.store.waiting import SOON, wait_until_somebody_sleeps, wait_until_somebody_waits_for_a_lock

from synergy_chassis.store.append import APPEND, Batch, record


@contextmanager
def slow_writer(store: Store, stream: str):
    """A writer that has appended and not committed yet; commits at the end of the block."""
    at = datetime(2040, 1, 1, tzinfo=UTC)
    events = record([happened()], stream=stream, after=0, at=at, meta={})
    batch = Batch(stream=stream, mode="any", expected=None, command_id=command().command_id, outcome={},
                  recorded_at=at, meta={}, events=events)  # fmt: skip
    connection = store.connect(store.url)
    connection.execute(APPEND, batch.parameters())
    yield
    connection.commit()


def naive_cursor(store: Store, after: int) -> list[int]:
    with psycopg.connect(store.url) as connection:
        rows = connection.execute("SELECT position FROM store.events WHERE position > %s ORDER BY 1", (after,))
        return [position for (position,) in rows]


def test_an_event_that_commits_late_is_read_where_a_naive_cursor_misses_it(store: Store) -> None:
    with ThreadPoolExecutor(1) as pool:
        with slow_writer(store, "slow-1"):
            store.append("fast-1")
            seen = naive_cursor(store, 0)
            page = pool.submit(store.log.after, 0)
            wait_until_somebody_sleeps(store)
            assert not page.done()
        behind = [event.stream for event in page.result(SOON).events]

    assert behind == ["slow-1", "fast-1"]
    assert seen == [2]
    assert naive_cursor(store, 2) == [], "the naive cursor has passed it for good"


def test_a_rolled_back_append_leaves_a_hole_that_stops_nobody(store: Store) -> None:
    store.append("thing-1")
    with slow_writer(store, "gone-1"):
        store._connections[-1].rollback()
    store.append("thing-2")

    page = store.log.after(0)
    assert [(event.position, event.previous_position) for event in page.events] == [(1, 0), (3, 1)]
    assert 3 == page.read_to == store.log.head().position


def test_a_strangers_open_transaction_does_not_stall_the_reader(store: Store) -> None:
    stranger = store.connect(store.url)
    stranger.execute("INSERT INTO names (stream, name) VALUES ('x', 'stranger')")
    queued = store.connect(store.url)
    store.append("thing-1")
    queued.execute("SELECT FROM store.lock('thing-1', NULL)")  # holds a stream, has not appended

    before = time.monotonic()
    assert store.log.after(0).read_to == 1
    assert time.monotonic() - before < 3


def test_writers_that_queue_for_a_stream_do_not_hold_the_barrier(store: Store) -> None:
    store.append("thing-1")
    holder = store.connect(store.url)
    holder.execute("SELECT FROM store.lock('thing-1', NULL)")
    with ThreadPoolExecutor(3) as pool:
        queued = [pool.submit(store.append, "thing-1", happened(), creates=False) for _ in range(3)]
        wait_until_somebody_waits_for_a_lock(store)
        assert store.log.after(0).read_to == 1
        holder.rollback()
        assert {2, 3, 4} == {future.result(SOON)[0].version for future in queued}


def test_pages_name_the_event_before_them(store: Store) -> None:
    for number in range(7):
        store.append(f"thing-{number}")
    read, links = 0, []
    while (page := store.log.after(read, 2)).events:
        links += [(event.previous_position, event.position) for event in page.events]
        read = page.read_to
    assert [(n - 1, n) for n in range(1, 8)] == links
    assert page.read_to == 7


def test_many_slow_writers_and_rollbacks_lose_and_reorder_nothing(store: Store) -> None:
    stop = threading.Event()
    seen: list[tuple[int, str, int]] = []

    def write(seed: int) -> int:
        dice, done = random.Random(seed), 0
        with psycopg.connect(store.url) as connection:
            for _ in range(25):
                stream = f"thing-{dice.randrange(2)}"
                at = datetime(2040, 1, 1, tzinfo=UTC)
                events = record([happened()] * dice.randint(1, 3), stream=stream, after=0, at=at, meta={})
                batch = Batch(stream=stream, mode="any", expected=None, command_id=None, outcome={}, recorded_at=at,
                              meta={}, events=events)  # fmt: skip
                connection.execute(APPEND, batch.parameters())
                time.sleep(dice.random() * 0.01)  # a slow writer is the point of this test
                if dice.random() < 0.1:
                    connection.rollback()
                else:
                    connection.commit()
                    done += len(events)
        return done

    def read() -> None:
        position = 0
        while True:
            last_round = stop.is_set()
            page = store.log.after(position, 100)
            seen.extend((event.position, event.stream, event.version) for event in page.events)
            position = page.read_to
            if last_round and not page.events:
                return

    with ThreadPoolExecutor(7) as pool:
        reader = pool.submit(read)
        written = sum(pool.map(write, range(6)))
        stop.set()
        reader.result(60)

    assert written == len(seen)
    assert sorted(seen) == seen
    for stream in ("thing-0", "thing-1"):
        versions = [version for _, name, version in seen if name == stream]
        assert list(range(1, len(versions) + 1)) == versions
