"""The order in which events are read, under writers that stall; and that the harness sees it where order is lost."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from ordering import ground
from ordering.outcome import Outcome, inversions
from ordering.queue import stand_in_a_queue
from ordering.run import run
from ordering.scenes import at_the_end, play
from ordering.techniques import TECHNIQUES, Barrier

from synergy_chassis.clock import new_id
from synergy_local.servers.testbed import fresh_database

SOON = 30.0
QUEUED = 25
"""More than the server has processors; `make ordering` has a hundred."""


@dataclass
class Place:
    """A store with the harness' own table beside it, and another database of the same cluster."""

    url: str
    elsewhere: str


@pytest.fixture(scope="module")
def place(_postgres: Any) -> Iterator[Place]:
    with fresh_database(_postgres) as database, fresh_database(_postgres) as other:
        ground.prepare(database)
        yield Place(database.service_url, other.owner_url)


@pytest.mark.parametrize(
    ("scene", "technique", "expected"),
    [
        ("late commit", "barrier", [("late", 1), ("early", 1)]),
        ("late commit", "naive", [("early", 1)]),
        ("late commit", "watermark", [("late", 1), ("early", 1)]),
        ("early xid", "barrier", [("shared", 1), ("shared", 2)]),
        ("early xid", "naive", [("shared", 1), ("shared", 2)]),
        ("early xid", "watermark", [("shared", 2), ("shared", 1)]),
        ("stranger", "barrier", [("thing", 1)]),
        ("stranger", "naive", [("thing", 1)]),
        ("stranger", "watermark", []),
    ],
)
def test_the_barrier_keeps_what_a_naive_cursor_misses_and_a_watermark_inverts_or_stalls(
    place: Place, scene: str, technique: str, expected: list[tuple[str, int]]
) -> None:
    assert expected == play(scene, TECHNIQUES[technique], place.url, place.elsewhere)


def test_eight_stalling_writers_and_a_reader_that_is_killed_lose_and_invert_nothing(
    place: Place, tmp_path: Path
) -> None:
    said: list[str] = []
    outcome = run(
        "barrier", place.url, place.elsewhere, tmp_path / "journal", seconds=0.8, kills=2, say=said.append
    )  # fmt: skip

    assert [] == outcome.faults
    assert outcome.committed == outcome.delivered > 40
    assert outcome.rolled_back > 0
    assert outcome.kills == 2


def test_writers_that_queue_for_a_stream_hold_nobody_up(place: Place) -> None:
    barrier, hot, cold = Barrier(), f"hot-{new_id()}", f"cold-{new_id()}"
    with barrier.reader(place.url) as read:
        cursor = at_the_end(barrier, read)

        def meanwhile() -> None:
            nonlocal cursor
            append_alone(place.url, cold)
            events, cursor = read(cursor)
            assert [(hot, 1), (cold, 1)] == events, "read while all of them queue"

        queued = stand_in_a_queue(barrier, place.url, hot, meanwhile, writers=QUEUED)
        after, _ = read(cursor)

    assert [(hot, version) for version in range(2, QUEUED + 2)] == after
    assert set(queued) == {(hot, 1), *after}


def test_writers_that_come_after_the_reader_hold_it_up_no_longer(place: Place) -> None:
    barrier, early, later = Barrier(), f"early-{new_id()}", f"later-{new_id()}"
    with (
        barrier.reader(place.url) as read,
        psycopg.connect(place.url) as a,
        psycopg.connect(place.url) as b,
        ThreadPoolExecutor(1) as pool,
    ):
        cursor = at_the_end(barrier, read)
        barrier.append(a, early)
        reading = pool.submit(read, cursor)
        until(place.url, "wait_event = 'PgSleep'", 1)
        barrier.append(b, later)
        a.commit()
        assert [(early, 1)] == reading.result(SOON)[0], "B has not committed yet"
        b.commit()


def test_the_counting_of_inversions_counts_them() -> None:
    assert inversions([("a", 1), ("b", 2), ("a", 2), ("b", 3)]) == 0
    assert inversions([("a", 2), ("a", 1), ("a", 3), ("b", 1), ("a", 2)]) == 2


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        ({}, []),
        ({"beside_queue": None, "beside_strangers": (0, 0)}, []),
        ({"beside_strangers": (50, 100)}, []),
        ({"missed": 3}, ["missed 3 events"]),
        ({"twice": 1}, ["got 1 events twice"]),
        ({"inverted": 2}, ["got 2 events after later ones of their stream"]),
        ({"beside_queue": False}, ["stood still while a hundred writers queued for a stream"]),
        ({"beside_strangers": (19, 1935)}, ["stood still beside strangers: 19 of 1935 events"]),
    ],
)
def test_the_harness_fails_for_what_is_lost_and_for_a_reader_that_stands_still(
    found: dict[str, Any], fault: list[str]
) -> None:
    fine = Outcome(
        technique="t", committed=100, rolled_back=5, delivered=100, missed=0, twice=0, inverted=0, kills=1,
        beside_strangers=(100, 100), beside_queue=True, lag_p50=0.01, lag_p99=0.1,
    )  # fmt: skip
    assert fault == replace(fine, **found).faults


def append_alone(url: str, stream: str) -> int:
    with psycopg.connect(url) as connection:
        return Barrier().append(connection, stream)


def until(url: str, condition: str, count: int) -> None:
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {condition}"
    end = time.monotonic() + SOON
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(query).fetchone() != (count,):
            assert time.monotonic() < end
            time.sleep(0.02)
