"""Appends without a decision: every mode, one round trip, one effect a command."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from synergy_chassis.clock import FixedClock, SystemClock
from synergy_chassis.store import (
    Appended,
    Appender,
    StreamExists,
    StreamNotFound,
    Target,
    Unstorable,
    VersionConflict,
)
from synergy_chassis.store.verify import verify

from .conftest import Store, command, happened

MODES = [("exact", 1), ("no_stream", None), ("exists", None), ("any", None)]


@pytest.fixture
def appender(store: Store) -> Appender:
    return Appender(store.engine, SystemClock())


@pytest.mark.parametrize(
    ("mode", "expected", "exists", "error"),
    [
        ("exact", 1, True, None),
        ("exact", 0, True, VersionConflict),
        ("exact", 0, False, None),
        ("exact", 2, False, VersionConflict),
        ("no_stream", None, False, None),
        ("no_stream", None, True, StreamExists),
        ("exists", None, True, None),
        ("exists", None, False, StreamNotFound),
        ("any", None, True, None),
        ("any", None, False, None),
    ],
)
def test_each_mode_is_what_it_says(store: Store, appender: Appender, mode, expected, exists, error) -> None:
    if exists:
        store.append("thing-1")
    if error:
        with pytest.raises(error):
            appender.append("thing-1", [happened()], command(), mode=mode, expected=expected)
    else:
        appended = appender.append("thing-1", [happened(), happened()], command(), mode=mode, expected=expected)
        assert not appended.repeated
        assert appended.events == list(store.log.stream("thing-1"))[int(exists) :]
    assert int(exists) + 2 * int(error is None) == store.version("thing-1")
    assert verify(store.engine).ok


@pytest.mark.parametrize("size", [0, 1, 3], ids=["without_events", "one_event", "several_events"])
@pytest.mark.parametrize(("mode", "expected"), MODES)
def test_a_repeat_gives_the_stored_outcome_in_every_mode(
    store: Store, appender: Appender, mode, expected, size
) -> None:
    context = command()
    first = appender.append("thing-1", [happened()] * size, context, outcome={"id": 41, "ratio": 0.5})
    again = appender.append("thing-1", [happened()], context, mode=mode, expected=expected, outcome={"id": 42})

    assert Appended({"id": 41, "ratio": 0.5}, repeated=True, events=[]) == again
    assert first.outcome == again.outcome
    assert size == store.version("thing-1")


def test_retries_that_race_have_one_effect_and_one_answer_whatever_stream_and_mode_they_name(
    store: Store, appender: Appender
) -> None:
    context = command()

    def run(number: int) -> Appended:
        mode, expected = [("any", None), ("exact", 0), ("no_stream", None)][number % 3]
        return appender.append(
            f"thing-{number % 2}", [happened()] * (number % 4), context, mode=mode, expected=expected,
            outcome={"number": number},
        )  # fmt: skip

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(run, range(12)))

    first = [answer for answer in answers if not answer.repeated]
    assert len(first) == 1
    assert [first[0].outcome] * 12 == [answer.outcome for answer in answers]
    assert len(first[0].events) == len(store.log.after(0).events)


def test_a_command_of_a_unit_of_work_and_one_of_the_appender_know_each_other(store: Store, appender: Appender) -> None:
    context = command()
    appender.append("thing-1", [happened()], context, outcome={"by": "appender"})
    with store.uow.stream("thing-1", context) as stream:
        assert stream.seen == {"by": "appender"}


def test_any_queues_behind_a_writer_and_never_goes_back_in_time(store: Store) -> None:
    """Those that waited longest asked earliest: their events are recorded when the last one was, not before."""
    clock = FixedClock(datetime(2030, 1, 1, tzinfo=UTC))

    def run(number: int) -> None:
        mine = FixedClock(clock.now() - timedelta(seconds=number))
        Appender(store.engine, mine).append("thing-1", [happened(number)], command())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(80)))

    events = list(store.log.stream("thing-1"))
    assert list(range(1, 81)) == [event.version for event in events]
    times = [event.recorded_at for event in events]
    assert sorted(times) == times
    assert verify(store.engine).ok


def test_what_is_answered_is_what_is_stored_when_the_clock_is_behind(store: Store) -> None:
    at = datetime(2030, 1, 1, tzinfo=UTC)
    Appender(store.engine, FixedClock(at)).append("thing-1", [happened()], command())
    appended = Appender(store.engine, FixedClock(at - timedelta(days=1))).append("thing-1", [happened()], command())

    assert [at] == [event.recorded_at for event in appended.events]
    assert list(store.log.stream("thing-1"))[1:] == appended.events


def test_text_of_every_kind_comes_back(store: Store, appender: Appender) -> None:
    awkward = ['{"', "a,b", "\\", '\\"', "NULL", "", "é\U0001f600", "{}", "'", "\n\t\x01", "%s"]
    for text in awkward:
        appender.append(f"thing-{text}", [happened(**{"text": text, f"k{text}": [text]})], command())

    found = store.log.after(0).events
    assert [f"thing-{text}" for text in awkward] == [event.stream for event in found]
    assert [{"number": 0, "text": text, f"k{text}": [text]} for text in awkward] == [event.data for event in found]
    assert verify(store.engine).ok


@pytest.mark.parametrize(("mode", "expected"), [("exact", None), ("any", 1)])
def test_a_version_belongs_to_mode_exact(appender: Appender, mode, expected) -> None:
    with pytest.raises(ValueError, match="exact"):
        appender.append("thing-1", [happened()], command(), mode=mode, expected=expected)
    with pytest.raises(ValueError, match="exact"):
        appender.append_together([("a", happened())], command(), expecting=[Target("a", mode, expected)])


def test_what_would_not_come_back_is_refused(store: Store, appender: Appender) -> None:
    with pytest.raises(Unstorable):
        appender.append("thing-1", [happened(), happened(x=0.5)], command())
    assert store.log.after(0).events == []
