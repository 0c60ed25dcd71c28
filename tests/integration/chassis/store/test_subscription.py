"""Following a store from a position on, all of it or some: nothing missed, nothing twice, nothing out of order."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from integration.chassis.store.conftest import Store, happened

from synergy_chassis.store import EventLog, NewEvent, Only, Subscription
from synergy_contracts.envelope import EventsPage

SOON = 20.0
KINDS = {
    "category": Only(category="thing"),
    "types": Only(types=["thing.renamed", "thing.ended"]),
    "stream": Only(stream="thing-2"),
}
WANTED = {
    "category": lambda event: event.stream.startswith("thing-"),
    "types": lambda event: event.type in ("thing.renamed", "thing.ended"),
    "stream": lambda event: event.stream == "thing-2",
}


def named(type: str) -> NewEvent:
    return NewEvent(type=type, schema_version=1, entity="thing-1", data={})


def a_mixed_history(store: Store) -> None:
    """24 events, two at a time."""
    for number in range(12):
        category = "other" if number % 5 == 0 else "thing"
        types = ("thing.happened", "thing.renamed") if number % 2 else ("thing.ended", "thing.happened")
        store.append(f"{category}-{number % 3}", *map(named, types))


def collected(subscription: Subscription, upto: int) -> list[EventsPage]:
    pages = []
    for page in subscription:
        pages.append(page)
        if page.read_to >= upto:
            return pages
    raise AssertionError("the iteration ended")


def test_history_goes_over_into_live_without_a_gap(store: Store) -> None:
    for number in range(7):
        store.append(f"old-{number}")
    subscription = Subscription(store.log, limit=2)
    seen: list[int] = []
    enough = threading.Event()

    def follow() -> None:
        for page in subscription:
            seen.extend(event.position for event in page.events)
            if len(seen) >= 4:
                enough.set()  # well within history, others begin to write

    def write(number: int) -> None:
        assert enough.wait(SOON)
        for _ in range(10):
            store.append(f"live-{number}", happened(), happened())

    with ThreadPoolExecutor(5) as pool:
        following = pool.submit(follow)
        list(pool.map(write, range(4)))
        end = time.monotonic() + SOON
        while len(seen) < 7 + 4 * 20 and time.monotonic() < end:
            time.sleep(0.01)
        subscription.stop()
        following.result(SOON)

    stored = [event.position for event in EventLog(store.engine).after(0).events]
    assert 87 == len(stored)
    assert stored == seen
    assert stored[-1] == subscription.position


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limit", [1, 5])
def test_some_events_come_in_the_order_of_all_and_the_cursor_passes_the_others(
    store: Store, kind: str, limit: int
) -> None:
    a_mixed_history(store)
    store.append("other-1")  # the last one is wanted by nobody
    everything = store.log.after(0).events
    pages = collected(Subscription(store.log, only=KINDS[kind], limit=limit), everything[-1].position)

    assert [event for event in everything if WANTED[kind](event)] == [event for page in pages for event in page.events]
    assert everything[-1].position == pages[-1].read_to
    assert all(len(page.events) <= limit for page in pages)
    assert [page.read_to for page in pages] == sorted({page.read_to for page in pages})


@pytest.mark.parametrize("kind", KINDS)
def test_from_any_position_on_nothing_is_left_out(store: Store, kind: str) -> None:
    a_mixed_history(store)
    everything = store.log.after(0).events
    for after in range(len(everything) + 1):
        wanted = [event for event in everything if event.position > after and WANTED[kind](event)][:2]
        assert wanted == store.log.after(after, 2, only=KINDS[kind]).events


def test_a_version_that_was_taken_away_hides_no_other(store: Store) -> None:
    store.append("thing-2", *[happened(number) for number in range(9)])
    store.admin("ALTER TABLE store.events DISABLE TRIGGER ALL", "DELETE FROM store.events WHERE version IN (4, 5)")
    for after in range(10):
        left = [version for version in (1, 2, 3, 6, 7, 8, 9) if version > after][:2]
        assert left == [event.version for event in store.log.after(after, 2, only=KINDS["stream"]).events]


def test_what_is_not_there_moves_the_cursor_all_the_same(store: Store) -> None:
    a_mixed_history(store)
    for only in (Only(category="none"), Only(types=["none"]), Only(types=[]), Only(stream="none-1")):
        page = store.log.after(0, only=only)
        assert ([], 24) == (page.events, page.read_to)


def test_a_reader_of_some_waits_for_one_of_them(store: Store) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(store.log.after, 0, wait=SOON, only=Only(stream="thing-1"))
        store.append("other-1")
        store.append("thing-1")
        assert ["thing-1"] == [event.stream for event in waiting.result(SOON).events]


def test_whoever_keeps_read_to_goes_on_from_there(store: Store) -> None:
    a_mixed_history(store)
    first = next(iter(Subscription(store.log, limit=5)))
    rest = collected(Subscription(store.log, after=first.read_to, limit=5), 24)
    assert list(range(1, 25)) == [event.position for page in (first, *rest) for event in page.events]


def test_the_position_moves_when_the_loop_comes_back_for_more(store: Store) -> None:
    a_mixed_history(store)
    subscription = Subscription(store.log, limit=10)
    held = []
    for page in subscription:
        held.append(subscription.position)
        if page.read_to == 24:
            break
    assert [0, 10, 20] == held


@pytest.mark.parametrize("parts", [{}, {"category": "a", "stream": "a-1"}, {"types": ["x"], "category": "a"}])
def test_only_one_thing_is_asked_for(parts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="only one"):
        Only(**parts)  # type: ignore[arg-type]


MANY = """
    INSERT INTO store.events
    SELECT n, CASE WHEN n % 2 = 0 THEN 'thing-1' ELSE 'rare-' || n % 100 END,
           CASE WHEN n % 2 = 0 THEN n / 2 ELSE n / 100 + 1 END, gen_random_uuid(),
           CASE WHEN n % 100 = 1 THEN 'thing.rare' ELSE 'thing.happened' END, 1, 'thing-1', '{}', '{}',
           '2040-01-01', '', ''
      FROM generate_series(1, 8000) n
"""
"""Half of them in one stream, half in fifty."""


PAGES = {
    "store.read_after(1000, 500)": "events_position_key",
    "store.read_matching(3000, 50, 'rare', NULL, NULL)": "events_category",
    "store.read_matching(3000, 50, 'thing', NULL, NULL)": "events_category",
    "store.read_matching(3000, 50, NULL, ARRAY['thing.rare', 'thing.none'], NULL)": "events_type",
    "store.read_matching(3000, 50, NULL, ARRAY['thing.happened'], NULL)": "events_type",
    "store.read_matching(3000, 50, NULL, NULL, 'thing-1')": "events_pkey",
}
"""Each page and the index that it is read by."""


@pytest.mark.parametrize(
    "statistics",
    [
        pytest.param("DELETE FROM pg_statistic WHERE starelid = 'store.events'::regclass", id="after_a_bulk_append"),
        pytest.param("ANALYZE store.events", id="analyzed"),
    ],
)
def test_a_page_costs_what_it_holds_and_does_not_scan_the_log(store: Store, statistics: str) -> None:
    store.admin(MANY, statistics, "SELECT setval('store.events_position', 8000)")
    store.admin("INSERT INTO store.streams VALUES ('thing-1', 4000, '', '2040-01-01')")
    plans: list[str] = []
    with psycopg.connect(store.admin_url) as admin:
        admin.add_notice_handler(lambda notice: plans.append(notice.message_primary or ""))
        admin.execute("SET jit = off")  # as the services do
        admin.execute("LOAD 'auto_explain'")
        admin.execute("SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on")
        admin.execute("SET auto_explain.log_analyze = on; SET client_min_messages = log")
        for page, index in PAGES.items():
            for _ in range(7):  # after five times the server may keep one plan for all
                plans.clear()
                before = read_tuples(admin)
                found = admin.execute(f"SELECT position FROM {page}").fetchall()
                plan = "\n".join(plans)
                assert len(found) in (50, 500)
                assert read_tuples(admin) - before < 6 * len(found), plan
                assert index in plan
                assert "Seq Scan on events " not in plan


def read_tuples(admin: psycopg.Connection) -> int:
    """How many rows of the log this transaction has looked at so far."""
    row = admin.execute(
        "SELECT pg_stat_get_xact_tuples_returned(r) + pg_stat_get_xact_tuples_fetched(r) + coalesce((SELECT "
        "sum(pg_stat_get_xact_tuples_returned(indexrelid)) FROM pg_index WHERE indrelid = r), 0) "
        "FROM (SELECT 'store.events'::regclass::oid AS r) t"
    ).fetchone()
    assert row
    return int(row[0])
