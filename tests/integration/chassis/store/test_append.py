"""The append: versions without gaps, one effect a command, events and rows together or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import sqlalchemy as sa
from integration.chassis.store.conftest import NAMES, Store, command, happened, no_rows
from msgspec.structs import replace

from synergy_chassis.clock import FixedClock
from synergy_chassis.store import (
    EventLog,
    RecordedEvent,
    RowConflict,
    StoreUnavailable,
    StreamExists,
    StreamNotFound,
    UnitOfWork,
    Unstorable,
    engine,
)
from synergy_chassis.store.append import APPEND, Batch, record


def test_events_come_back_as_they_were_appended(store: Store) -> None:
    context = command()
    with store.uow.stream("thing-1", context, creates=True) as stream:
        recorded = stream.append([happened(1), happened(2)], outcome={"id": 1}, rows=no_rows)

    found = list(store.log.stream("thing-1"))
    assert [event.version for event in found] == [1, 2]
    assert recorded == [replaced_without_place(event) for event in found]
    assert found == stream.recorded
    assert context.meta() == found[0].meta


def replaced_without_place(event: RecordedEvent) -> RecordedEvent:
    return replace(event, position=None, hash=None)


def test_a_stream_is_created_once(store: Store) -> None:
    store.append("thing-1")
    with pytest.raises(StreamExists), store.uow.stream("thing-1", command(), creates=True):
        pass
    with pytest.raises(StreamNotFound), store.uow.stream("thing-2", command()):
        pass


def test_two_that_create_the_same_stream_at_once_give_one_stream(store: Store) -> None:
    def create(_: int) -> bool:
        try:
            store.append("thing-1", creates=True)
        except StreamExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(create, range(8))) == 1
    assert store.version("thing-1") == 1


def test_writers_of_one_stream_queue_and_none_fails(store: Store) -> None:
    store.append("thing-1")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.append("thing-1", happened(number), creates=False), range(80)))

    found = list(store.log.stream("thing-1"))
    assert list(range(1, 82)) == [event.version for event in found]
    positions = [event.position for event in found]
    assert sorted(positions) == positions
    times = [event.recorded_at for event in found]
    assert sorted(times) == times


def test_a_repeated_command_gives_its_outcome_and_does_nothing(store: Store) -> None:
    context = command()
    with store.uow.stream("thing-1", context, creates=True) as stream:
        stream.append([happened()], outcome={"id": 41, "ratio": 0.5}, rows=no_rows)

    for name, creates in (("thing-1", True), ("thing-1", False), ("thing-2", True), ("thing-3", False)):
        with store.uow.stream(name, context, creates=creates) as again:
            assert again.seen == {"id": 41, "ratio": 0.5}
            with pytest.raises(RuntimeError, match="seen"):
                again.append([happened()], outcome={}, rows=no_rows)
    assert store.version("thing-1") == 1


def test_identical_commands_that_race_have_one_effect_though_they_name_other_streams(store: Store) -> None:
    context = command()

    def run(number: int) -> int:
        with store.uow.stream(f"thing-{number}", context, creates=True) as stream:
            if stream.seen is None:
                stream.append([happened()], outcome={"number": number}, rows=no_rows)
                return number
            return stream.seen["number"]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(run, range(8)))
    assert len(answers) == 1
    assert len(store.log.after(0).events) == 1


def test_a_command_whose_answer_was_lost_after_the_commit_is_not_done_again(store: Store) -> None:
    context = command()
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        with store.uow.stream("thing-1", context, creates=True) as stream:
            stream.append([happened()], outcome={"done": True}, rows=no_rows)
        raise ZeroDivisionError  # the process dies here, after the commit and before the answer

    with store.uow.stream("thing-1", context, creates=True) as again:
        assert again.seen == {"done": True}


def test_a_command_whose_session_is_cut_off_before_the_commit_can_be_repeated(store: Store) -> None:
    context = command()
    with pytest.raises(StoreUnavailable), store.uow.stream("thing-1", context, creates=True) as stream:  # noqa: PT012
        stream.append([happened()], outcome={}, rows=no_rows)
        store.admin(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND state = 'idle in transaction'"
        )
    assert store.log.after(0).events == []

    with store.uow.stream("thing-1", context, creates=True) as stream:
        assert stream.seen is None
        stream.append([happened()], outcome={}, rows=no_rows)
    assert store.version("thing-1") == 1


def test_a_command_without_events_keeps_its_outcome_and_rows(store: Store) -> None:
    store.append("thing-1")
    context = command()
    with store.uow.stream("thing-1", context) as stream:
        stream.append([], outcome={"changed": False}, rows=lambda _, w: w.execute(named("thing-1", "quiet")))

    with store.uow.stream("thing-1", context) as again:
        assert again.seen == {"changed": False}
    assert names(store) == ["quiet"]
    assert store.version("thing-1") == 1


def test_rows_are_written_with_the_events_in_every_form(store: Store) -> None:
    def rows(recorded, writer):
        writer.execute(named("thing-1", "one"))
        writer.execute(sa.insert(NAMES), [{"stream": "thing-1", "name": "two"}, {"stream": "thing-1", "name": "three"}])
        writer.execute(sa.update(NAMES).where(NAMES.c.name == "one").values(name="first"))
        writer.execute(sa.delete(NAMES).where(NAMES.c.name == sa.bindparam("gone")), {"gone": "two"})

    with store.uow.stream("thing-1", command(), creates=True) as stream:
        stream.append([happened()], outcome={}, rows=rows)
    assert names(store) == ["first", "three"]


def test_a_row_that_breaks_a_constraint_undoes_everything(store: Store) -> None:
    with store.uow.writing() as rows:
        rows.execute(named("thing-9", "taken"))
    context = command()
    with pytest.raises(RowConflict) as conflict, store.uow.stream("thing-1", context, creates=True) as stream:
        stream.append([happened()], outcome={}, rows=lambda _, w: w.execute(named("thing-1", "taken")))

    assert conflict.value.constraint == "names_name_key"
    assert store.log.after(0).events == []
    with store.uow.stream("thing-1", context, creates=True) as again:
        assert again.seen is None


def test_leaving_without_append_or_by_an_error_writes_nothing(store: Store) -> None:
    store.append("thing-1")
    with store.uow.stream("thing-1", command()) as stream:
        stream.rows.execute(named("thing-1", "forgotten"))
    with pytest.raises(ZeroDivisionError), store.uow.stream("thing-1", command()) as stream:  # noqa: PT012
        stream.append([happened()], outcome={}, rows=no_rows)
        raise ZeroDivisionError
    assert names(store) == []
    assert store.version("thing-1") == 1


def test_what_is_recorded_never_goes_back_in_time(store: Store) -> None:
    clock = FixedClock(datetime(2030, 1, 1, tzinfo=UTC))
    uow = UnitOfWork(store.engine, clock)
    with uow.stream("thing-1", command(), creates=True) as stream:
        stream.append([happened()], outcome={}, rows=no_rows)
    clock.advance(timedelta(days=-1))
    with uow.stream("thing-1", command()) as stream:
        assert datetime(2030, 1, 1, tzinfo=UTC) == stream.now
        stream.append([happened()], outcome={}, rows=no_rows)

    assert {datetime(2030, 1, 1, tzinfo=UTC)} == {event.recorded_at for event in store.log.stream("thing-1")}


@pytest.mark.parametrize(
    "data",
    [{"x": 0.5}, {"x": "a\x00b"}, {"a\x00": 1}, {"x": [{"y": "\ud800"}]}, {"x": 2**64}, {"x": -(2**63) - 1}],
    ids=["float", "nul", "nul_in_a_key", "half_a_surrogate_pair", "beyond_64_bits", "below_64_bits"],
)
def test_what_the_database_would_not_give_back_is_refused(store: Store, data: dict) -> None:
    with pytest.raises(Unstorable), store.uow.stream("thing-1", command(), creates=True) as stream:
        stream.append([happened(**data)], outcome={}, rows=no_rows)


@pytest.mark.parametrize(
    ("mode", "expected", "exists", "error"),
    [
        ("exact", 1, True, None),
        ("exact", 0, True, "SY001"),
        ("exact", 2, True, "SY001"),
        ("exact", 0, False, None),
        ("exact", 1, False, "SY001"),
        ("exact", None, True, "SY001"),
        ("exact", None, False, "SY001"),
        ("no_stream", None, False, None),
        ("no_stream", None, True, "SY003"),
        ("exists", None, True, None),
        ("exists", None, False, "SY002"),
        ("any", None, True, None),
        ("any", None, False, None),
    ],
)
def test_the_modes_of_the_append(store: Store, mode, expected, exists, error) -> None:
    if exists:
        store.append("thing-1")
    assert error == raw_append(store, mode, expected, after=int(exists))
    assert int(exists) + int(error is None) == store.version("thing-1")


def test_appends_in_mode_any_queue_and_never_fail(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert {None} == set(pool.map(lambda _: raw_append(store, "any", None), range(40)))
    assert list(range(1, 41)) == [event.version for event in store.log.stream("thing-1")]


@pytest.mark.parametrize("mode", ["exact", "no_stream", "exists", "any"])
def test_a_repeated_append_answers_in_every_mode(store: Store, mode: str) -> None:
    store.append("thing-1")
    context = command()
    with store.uow.stream("thing-1", context) as stream:
        stream.append([happened()], outcome={"answer": 42}, rows=no_rows)

    with psycopg.connect(store.url) as connection:
        rows = connection.execute(APPEND, batch(mode, 77, context.command_id, 0).parameters()).fetchall()
    assert rows == [(None, None, None, {"answer": 42}, None)]
    assert store.version("thing-1") == 2


def test_an_unreachable_database_is_said_to_be_unavailable(store: Store) -> None:
    nowhere = engine("postgresql://nobody@127.0.0.1:1/none", application_name="test")
    with pytest.raises(StoreUnavailable):
        EventLog(nowhere).head()
    nowhere.dispose()


def test_ids_can_be_drawn_before_the_transaction_that_uses_them(store: Store) -> None:
    assert [store.uow.next_id("names_id_seq") for _ in range(2)] == [1, 2]


def raw_append(store: Store, mode: str, expected: int | None, *, after: int = 0) -> str | None:
    """The SQLSTATE of an append that goes to the function at once, or None."""
    with psycopg.connect(store.url) as connection:
        try:
            connection.execute(APPEND, batch(mode, expected, command().command_id, after).parameters())
        except psycopg.Error as error:
            return error.sqlstate
    return None


def batch(mode, expected, command_id, after: int) -> Batch:
    at = datetime(2040, 1, 1, tzinfo=UTC)
    return Batch(
        stream="thing-1",
        mode=mode,
        expected=expected,
        command_id=command_id,
        outcome={},
        recorded_at=at,
        meta={},
        events=record([happened()], stream="thing-1", after=after, at=at, meta={}),
    )


def named(stream: str, name: str) -> sa.Insert:
    return sa.insert(NAMES).values(stream=stream, name=name)


def names(store: Store) -> list[str]:
    with store.uow.reading() as rows:
        return list(rows.execute(sa.select(NAMES.c.name).order_by(NAMES.c.name)).scalars())
