"""Thousands of events by COPY: the rules of every append, in portions, resumable, nothing twice."""

import tracemalloc
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest
import sqlalchemy as sa

from synergy_chassis.clock import SystemClock
from synergy_chassis.store import (
    Appender,
    BulkAppended,
    BulkAppender,
    CommandDiffers,
    NewEvent,
    StreamExists,
    StreamNotFound,
    Unstorable,
    VersionConflict,
)
from synergy_chassis.store.append import hash_of
from synergy_chassis.store.canonical import GENESIS, chain_hash
from synergy_chassis.store.verify import verify

from .conftest import NAMES, Store, command, happened

SIZE = 50


@pytest.fixture
def bulk(store: Store) -> BulkAppender:
    return BulkAppender(store.engine, SystemClock(), portion=SIZE)


def many(count: int) -> Iterator[NewEvent]:
    return (happened(number, text='é\U0001f600 "\\,{}\t') for number in range(count))


def until_it_breaks(events: Iterable[NewEvent], after: int) -> Iterator[NewEvent]:
    yield from islice(events, after)
    raise ZeroDivisionError


def numbers(store: Store, stream: str = "thing-1") -> list[int]:
    return [event.data["number"] for event in store.log.stream(stream)]


@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1, 4 * SIZE, 4 * SIZE + 7])
def test_all_events_arrive_in_order_under_the_rules_of_every_append(store: Store, bulk, count: int) -> None:
    context = command()
    done = bulk.append("thing-1", many(count), context, mode="no_stream", outcome={"imported": count})

    assert BulkAppended({"imported": count}, repeated=False, appended=count) == done
    assert list(range(count)) == numbers(store)
    events, head = list(store.log.stream("thing-1")), GENESIS
    for event in events:
        head = chain_hash(head, event.stream, event.version, event.recorded_at, hash_of(event))
        assert event.hash == head.hex()
        assert context.meta() == event.meta
    assert sorted(event.position for event in events) == [event.position for event in events]
    assert verify(store.engine).ok
    assert Appender(store.engine, SystemClock()).append("thing-1", [], context).outcome == {"imported": count}
    assert left_over(store) == (0, 0)


def left_over(store: Store) -> tuple[int, int]:
    with store.connect(store.admin_url) as admin:
        return admin.execute(
            "SELECT (SELECT count(*) FROM store.incoming), (SELECT count(*) FROM store.bulks)"
        ).fetchone()


@pytest.mark.parametrize(
    ("mode", "expected", "error"),
    [("exact", 3, VersionConflict), ("no_stream", None, StreamExists), ("exists", None, StreamNotFound)],
)
def test_the_mode_is_asked_before_the_first_portion(store: Store, bulk, mode, expected, error) -> None:
    store.append("thing-1")
    stream = "thing-2" if mode == "exists" else "thing-1"
    context = command()
    with pytest.raises(error):
        bulk.append(stream, many(120), context, mode=mode, expected=expected)
    assert len(store.log.after(0).events) == 1
    assert bulk.append("thing-1", many(120), context, mode="exact", expected=1).appended == 120


def test_each_portion_commits_and_readers_go_on_between_them(store: Store, bulk) -> None:
    """Nothing holds the store's lock while the program looks for more events: readers pass without waiting."""
    seen: list[int] = []

    def watched() -> Iterator[NewEvent]:
        for number, event in enumerate(many(6 * SIZE)):
            if number % SIZE == 0:
                with store.connect(store.admin_url) as admin:
                    assert admin.execute(HELD).fetchone() == (0,)
                seen.append(len(store.log.after(0, 1000).events))
            yield event

    bulk.append("thing-1", watched(), command())
    assert seen == [0, 0, SIZE, 2 * SIZE, 3 * SIZE, 4 * SIZE], "one portion is taken ahead"
    with store.connect(store.admin_url) as admin:
        sizes = admin.execute("SELECT count(*) FROM store.events GROUP BY xmin").fetchall()
    assert [(SIZE,)] * 6 == sizes


HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1398362702 AND objid = 1"


def test_other_writers_come_in_between_the_portions(store: Store, bulk) -> None:
    def interrupted() -> Iterator[NewEvent]:
        for number, event in enumerate(many(4 * SIZE)):
            if number and number % SIZE == 0:
                Appender(store.engine, SystemClock()).append("thing-1", [happened(-1)], command())
            yield event

    done = bulk.append("thing-1", interrupted(), command())
    found = numbers(store)
    assert done.appended == 4 * SIZE
    assert found.count(-1) == 3
    assert list(range(4 * SIZE)) == [number for number in found if number >= 0]
    assert verify(store.engine).ok


@pytest.mark.parametrize("after", [SIZE - 1, 2 * SIZE, 3 * SIZE + 7])
@pytest.mark.parametrize("portion", [SIZE, 30, 400], ids=["same_portions", "smaller_portions", "larger_portions"])
def test_a_repeat_goes_on_where_the_last_attempt_stopped(store: Store, bulk, after: int, portion: int) -> None:
    context, count = command(), 5 * SIZE
    with pytest.raises(ZeroDivisionError):
        bulk.append("thing-1", until_it_breaks(many(count), after), context, mode="no_stream")
    there = len(numbers(store))
    assert there == max(0, (after // SIZE - 1) * SIZE)

    again = BulkAppender(store.engine, SystemClock(), portion=portion).append(
        "thing-1", many(count), context, mode="no_stream", outcome={"imported": count}
    )
    assert BulkAppended({"imported": count}, repeated=False, appended=count - there) == again
    assert list(range(count)) == numbers(store)
    once_more = bulk.append("thing-1", many(count), context, mode="no_stream", outcome={"imported": -1})
    assert once_more.repeated
    assert once_more.outcome == {"imported": count}
    assert count == store.version("thing-1")
    assert verify(store.engine).ok


def test_attempts_that_race_append_every_event_once(store: Store) -> None:
    context = command()

    def attempt(portion: int) -> BulkAppended:
        return BulkAppender(store.engine, SystemClock(), portion=portion).append(
            "thing-1", many(400), context, outcome={"imported": 400}
        )

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(attempt, [20, 50, 33, 400]))

    assert list(range(400)) == numbers(store)
    assert sum(one.appended for one in done) == 400
    assert [{"imported": 400}] * 4 == [one.outcome for one in done]
    assert verify(store.engine).ok


def test_a_repeat_with_other_events_is_refused_and_appends_nothing(store: Store, bulk) -> None:
    context = command()
    with pytest.raises(ZeroDivisionError):
        bulk.append("thing-1", until_it_breaks(many(500), 3 * SIZE), context)
    there = len(numbers(store))
    other = (happened(number + (number == 7), text='é\U0001f600 "\\,{}\t') for number in range(500))

    for events in (other, many(there - 1)):
        with pytest.raises(CommandDiffers):
            bulk.append("thing-1", events, context)
    with pytest.raises(CommandDiffers):
        bulk.append("thing-2", many(500), context)
    assert there == len(store.log.after(0, 1000).events) == len(numbers(store))


def test_rows_are_written_with_the_portion_they_belong_to(store: Store, bulk) -> None:
    context = command()

    def rows(recorded, writer) -> None:
        writer.execute(sa.insert(NAMES), [{"stream": event.stream, "name": f"{event.version}"} for event in recorded])

    with pytest.raises(ZeroDivisionError):
        bulk.append("thing-1", until_it_breaks(many(300), 4 * SIZE), context, rows=rows)
    assert names(store) == list(range(1, 3 * SIZE + 1))
    bulk.append("thing-1", many(300), context, rows=rows)
    assert names(store) == list(range(1, 301))


def names(store: Store) -> list[int]:
    with store.uow.reading() as rows:
        return sorted(map(int, rows.execute(sa.select(NAMES.c.name)).scalars()))


def test_what_cannot_be_stored_stops_before_its_portion(store: Store, bulk) -> None:
    def bad() -> Iterator[NewEvent]:
        yield from many(2 * SIZE + 3)
        yield happened(x=0.5)

    with pytest.raises(Unstorable):
        bulk.append("thing-1", bad(), command())
    assert len(numbers(store)) in (SIZE, 2 * SIZE)
    assert verify(store.engine).ok


def test_the_database_takes_no_larger_portion(store: Store) -> None:
    with pytest.raises(ValueError, match="1000"):
        BulkAppender(store.engine, SystemClock(), portion=1001)
    bulk = BulkAppender(store.engine, SystemClock())
    bulk._portion = 1001
    with pytest.raises(Exception, match="at most 1000"):
        bulk.append("thing-1", many(1001), command())
    assert store.version("thing-1") == 0


def test_memory_does_not_grow_with_the_number_of_events(store: Store) -> None:
    bulk = BulkAppender(store.engine, SystemClock(), portion=100)
    bulk.append("thing-0", many(400), command())
    peaks = []
    for count in (500, 4000):
        tracemalloc.start()
        bulk.append(f"thing-{count}", many(count), command())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000  # 3,500 more events that stayed would be some megabytes
