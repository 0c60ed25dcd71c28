"""One command on several streams: all or nothing, and no two commands wait for each other in a circle."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from synergy_chassis.clock import SystemClock
from synergy_chassis.store import Appender, NewEvent, StreamExists, StreamNotFound, Target, VersionConflict
from synergy_chassis.store.verify import verify

from .conftest import Store, command, happened, no_rows


def across(*streams: str) -> list[tuple[str, NewEvent]]:
    return [(name, happened(number)) for number, name in enumerate(streams)]


def places(store: Store) -> list[tuple[str, int, int]]:
    return [(event.stream, event.version, event.data["number"]) for event in store.log.after(0).events]


def test_events_of_several_streams_get_their_positions_in_the_commands_order(store: Store) -> None:
    store.append("b-1")
    with store.uow.streams(["b-1"], command(), creates=["a-1", "c-1"]) as streams:
        assert streams.versions == {"a-1": 0, "b-1": 1, "c-1": 0}
        streams.append(across("c-1", "b-1", "a-1", "b-1"), outcome={}, rows=no_rows)

    assert [("b-1", 1, 0), ("c-1", 1, 0), ("b-1", 2, 1), ("a-1", 1, 2), ("b-1", 3, 3)] == places(store)
    assert streams.recorded == store.log.at([2, 3, 4, 5])
    assert len({event.recorded_at for event in streams.recorded}) == 1
    assert verify(store.engine).ok


def test_without_a_decision_it_is_one_call(store: Store) -> None:
    appended = Appender(store.engine, SystemClock()).append_together(
        across("b-1", "a-1", "b-1"), command(), expecting=[Target("b-1", "no_stream")], outcome={"moved": 1}
    )
    assert [("b-1", 1, 0), ("a-1", 1, 1), ("b-1", 2, 2)] == places(store)
    assert [1, 2, 3] == [event.position for event in appended.events]
    assert [1, 1, 2] == [event.version for event in appended.events]


@pytest.mark.parametrize(
    ("expecting", "error"),
    [
        (Target("b-1", "exact", 2), VersionConflict),
        (Target("b-1", "no_stream"), StreamExists),
        (Target("c-1", "exists"), StreamNotFound),
    ],
)
def test_one_stream_that_is_not_as_expected_stops_them_all(store: Store, expecting: Target, error) -> None:
    store.append("b-1")
    context = command()
    appender = Appender(store.engine, SystemClock())
    with pytest.raises(error):
        appender.append_together(across("a-1", "b-1", "c-1"), context, expecting=[expecting])
    assert [("b-1", 1, 0)] == places(store)
    assert not appender.append("a-1", [], context).repeated


def test_a_repeat_gives_the_one_stored_outcome_and_locks_nothing(store: Store) -> None:
    context = command()
    with store.uow.streams([], context, creates=["a-1", "b-1"]) as streams:
        streams.append(across("a-1", "b-1"), outcome={"answer": 42}, rows=no_rows)

    for names, creates in (([], ["a-1", "b-1"]), (["a-1"], []), ([], ["z-9"])):
        with store.uow.streams(names, context, creates=creates) as again:
            assert again.seen == {"answer": 42}
            with pytest.raises(RuntimeError, match="seen"):
                again.append(across("a-1"), outcome={}, rows=no_rows)
    with store.uow.stream("a-1", context) as single:
        assert single.seen == {"answer": 42}
    with store.connect(store.url) as connection:
        assert connection.execute("SELECT count(*) FROM store.commands").fetchone() == (1,)
    assert len(places(store)) == 2


def test_streams_must_be_there_or_not_as_the_command_says(store: Store) -> None:
    store.append("a-1")
    with pytest.raises(StreamExists), store.uow.streams([], command(), creates=["a-1", "b-1"]):
        pass
    with pytest.raises(StreamNotFound, match="b-1"), store.uow.streams(["a-1", "b-1"], command()):
        pass
    with pytest.raises(ValueError, match="b-1"), store.uow.streams(["a-1"], command(), creates=["b-1"]) as streams:
        streams.append(across("a-1"), outcome={}, rows=no_rows)
    assert [("a-1", 1, 0)] == places(store)
    store.append("b-1", creates=True)


def test_commands_that_name_the_same_streams_in_opposite_orders_queue_and_none_fails(store: Store) -> None:
    """PostgreSQL would end one of two that wait for each other after a second; none may be ended."""
    names = ["a-1", "b-1", "c-1", "d-1"]
    appender = Appender(store.engine, SystemClock())

    def run(seed: int) -> int:
        dice = random.Random(seed)
        order = dice.sample(names, 3)
        if seed % 3 == 0 and all(store.version(name) for name in order):
            with store.uow.streams(order, command()) as streams:
                streams.append(across(*order), outcome={}, rows=no_rows)
        elif seed % 3 == 1:
            appender.append(order[0], [happened()], command())
            return 1
        else:
            appender.append_together(across(*order), command())
        return 3

    with ThreadPoolExecutor(8) as pool:
        written = sum(pool.map(run, range(90)))

    found = store.log.after(0, 1000).events
    assert written == len(found)
    for name in names:
        versions = [event.version for event in found if event.stream == name]
        assert list(range(1, len(versions) + 1)) == versions
    assert verify(store.engine).ok


def test_the_function_itself_refuses_streams_out_of_order(store: Store) -> None:
    with store.connect(store.url) as connection, pytest.raises(Exception, match="ascending order"):
        connection.execute(
            "SELECT FROM store.append('{b,a}', '{any,any}', '{NULL,NULL}', NULL, '{}', now(), '{}', '{}', '{}', '{}',"
            " '{}', '{}', '{}', '{}')"
        )
