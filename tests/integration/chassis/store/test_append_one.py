"""The quick way of one event: by the same rules as any append, with the same traces."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from synergy_chassis.clock import FixedClock
from synergy_chassis.store import Appender
from synergy_chassis.store.append import APPEND, APPEND_ONE, Batch, Call, record
from synergy_chassis.store.verify import verify

from .conftest import Store, command, happened

AT = datetime(2040, 1, 1, tzinfo=UTC)


def batch(stream: str, mode: str, expected: int | None, **other: Any) -> Batch:
    context, event = command(), happened(text="é\U0001f600 \\ \"'")
    one = Batch(
        stream=stream, mode=mode, expected=expected, command_id=context.command_id, outcome={"answer": "é"},
        recorded_at=AT, meta=context.meta(),
        events=record([event], stream=stream, after=expected or 0, at=AT, meta=context.meta()),
    )  # fmt: skip
    return dataclasses.replace(one, **other)


def sent(store: Store, call: Call) -> str | list[tuple[Any, ...]]:
    """What an append answers, but for position and hash; or its SQLSTATE."""
    with psycopg.connect(store.url) as connection:
        try:
            rows = connection.execute(*call).fetchall()
        except psycopg.Error as error:
            return error.sqlstate or ""
    return [(version, seen, at) for version, _, _, seen, at in rows]


TRACES = """
    SELECT s.version, s.recorded_at, c.version, c.outcome, c.recorded_at, e.version, e.type, e.schema_version, e.entity,
           e.data, e.meta - 'command_id', e.recorded_at, s.head_hash = e.hash
      FROM store.streams s
      LEFT JOIN store.commands c ON c.command_id = %s
      LEFT JOIN store.events e ON e.stream = s.stream AND e.version = s.version
     WHERE s.stream = %s
"""


def traces(store: Store, one: Batch) -> tuple[Any, ...] | None:
    with psycopg.connect(store.url) as connection:
        return connection.execute(TRACES, (one.command_id, one.stream)).fetchone()


CASES = [
    ("exact", 1, True),
    ("exact", 0, True),
    ("exact", 2, True),
    ("exact", 0, False),
    ("exact", 1, False),
    ("any", None, True),
    ("any", None, False),
]


@pytest.mark.parametrize(("mode", "expected", "exists"), CASES)
def test_it_says_and_leaves_what_the_other_way_does(store: Store, mode, expected, exists) -> None:
    slow, quick = batch("thing-1", mode, expected), batch("thing-2", mode, expected)
    if exists:
        before = Appender(store.engine, FixedClock(AT - timedelta(days=1)))
        for stream in ("thing-1", "thing-2"):
            before.append(stream, [happened()], command())
    assert quick.call()[0] == APPEND_ONE
    assert sent(store, (APPEND, slow.parameters())) == sent(store, quick.call())
    assert traces(store, slow) == traces(store, quick)

    assert sent(store, (APPEND, slow.parameters())) == sent(store, quick.call()), "a repeat"
    assert traces(store, slow) == traces(store, quick)


@pytest.mark.parametrize("exists", [True, False])
def test_a_command_that_was_seen_leaves_the_stream_as_it_is(store: Store, exists: bool) -> None:
    if exists:
        store.append("thing-2")
    first = batch("thing-1", "any", None)
    again = dataclasses.replace(batch("thing-2", "any", None), command_id=first.command_id)
    sent(store, first.call())

    assert [(None, {"answer": "é"}, None)] == sent(store, again.call())
    assert int(exists) == store.version("thing-2")
    assert verify(store.engine).ok


def test_a_stream_without_events_becomes_one_with_an_event(store: Store) -> None:
    store.admin("INSERT INTO store.streams VALUES ('thing-1', 0, decode(repeat('00', 32), 'hex'), '-infinity')")

    assert [(1, None, AT)] == sent(store, batch("thing-1", "exact", 0).call())
    assert verify(store.engine).ok


def test_it_is_recorded_when_the_last_event_was_where_the_clock_is_behind(store: Store) -> None:
    sent(store, batch("thing-1", "any", None).call())
    sent(store, batch("thing-1", "exact", 1, recorded_at=AT - timedelta(days=1)).call())

    assert [AT, AT] == [event.recorded_at for event in store.log.stream("thing-1")]
    assert verify(store.engine).ok


def test_those_that_race_for_one_version_get_it_once(store: Store) -> None:
    store.append("thing-1")
    ones = [batch("thing-1", "exact", 1) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: sent(store, one.call()), ones))

    assert 7 == answers.count("SY001")
    assert 1 == answers.count([(2, None, AT)])
    assert 2 == store.version("thing-1")
    assert verify(store.engine).ok


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"command_id": None}, id="without_a_command"),
        pytest.param({"mode": "exists"}, id="in_another_mode"),
        pytest.param({"events": []}, id="without_an_event"),
    ],
)
def test_whatever_else_goes_the_other_way(other: dict[str, Any]) -> None:
    assert dataclasses.replace(batch("thing-1", "any", None), **other).call()[0] == APPEND
