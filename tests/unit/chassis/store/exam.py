"""The exam that every store sits: what handlers rely on, whichever store is behind them."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from synergy_chassis.clock import FixedClock, new_id
from synergy_chassis.store import (
    CommandContext,
    NewEvent,
    RowConflict,
    StreamExists,
    StreamNotFound,
    Unstorable,
    VersionConflict,
    Writer,
)
from synergy_chassis.store.append import hash_of
from synergy_chassis.store.canonical import GENESIS, chain_hash
from synergy_chassis.store.errors import CommandReused
from synergy_chassis.store.events import RecordedEvent
from synergy_chassis.store.only import Only

NAMES = sa.Table(
    "names",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(always=False), primary_key=True),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False, unique=True),
)


def command() -> CommandContext:
    return CommandContext(command_id=new_id(), actor_id=7, request_id="request-1")


def happened(number: int = 0, **data: Any) -> NewEvent:
    return NewEvent(type="thing.happened", schema_version=1, entity="thing-1", data={"number": number, **data})


def no_rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
    """Nothing to write beside the events."""


class EventStoreExam:
    """Tests for a fixture `store` with `uow`, `log` and `clock` (a FixedClock); subclasses provide it."""

    @staticmethod
    def append(store: Any, name: str, *events: NewEvent, rows=lambda events, writer: None, **stream: Any) -> list:
        with store.uow.stream(name, stream.pop("context", None) or command(), **stream) as locked:
            locked.append(events or [happened()], outcome={"version": locked.version}, rows=rows)
        return locked.recorded

    @staticmethod
    def names(store: Any) -> list[str]:
        with store.uow.reading() as rows:
            return list(rows.execute(sa.select(NAMES.c.name).order_by(NAMES.c.name)).scalars())

    def test_versions_and_positions_count_up_and_each_event_names_the_one_before(self, store) -> None:
        self.append(store, "thing-1", happened(1), happened(2), creates=True)
        self.append(store, "thing-2", happened(3), creates=True)
        self.append(store, "thing-1", happened(4))

        events = store.log.after(0).events
        assert [(e.stream, e.version, e.data["number"]) for e in events] == [
            ("thing-1", 1, 1), ("thing-1", 2, 2), ("thing-2", 1, 3), ("thing-1", 3, 4)
        ]  # fmt: skip
        assert [e.previous_position for e in events] == [0, *(e.position for e in events[:-1])]
        assert store.log.head().position == events[-1].position

    def test_pages_go_on_where_the_last_ended(self, store) -> None:
        self.append(store, "thing-1", *(happened(n) for n in range(5)), creates=True)
        read, seen = 0, []
        while (page := store.log.after(read, 2)).events:
            seen += [event.version for event in page.events]
            read = page.read_to
        assert seen == [1, 2, 3, 4, 5]
        assert read == store.log.head().position

    def test_a_stream_is_read_whole_or_up_to_a_version_and_events_by_position(self, store) -> None:
        written = self.append(store, "thing-1", *(happened(n) for n in range(4)), creates=True)
        assert list(store.log.stream("thing-1")) == written
        assert list(store.log.stream("thing-1", upto=2)) == written[:2]
        assert list(store.log.stream("thing-9")) == []
        assert store.log.at([written[2].position, 10_000, written[0].position]) == [written[0], written[2]]

    def test_the_chain_of_hashes_holds(self, store) -> None:
        self.append(store, "thing-1", happened(text="é\U0001f600"), happened(big=2**63), creates=True)
        self.append(store, "thing-1")
        head = GENESIS
        for event in store.log.stream("thing-1"):
            head = chain_hash(head, event.stream, event.version, event.recorded_at, hash_of(event))
            assert event.hash == head.hex()

    def test_a_stream_is_created_once_and_changed_only_when_it_exists(self, store) -> None:
        self.append(store, "thing-1", creates=True)
        with pytest.raises(StreamExists):
            self.append(store, "thing-1", creates=True)
        with pytest.raises(StreamNotFound):
            self.append(store, "thing-2")

    def test_a_repeated_command_gives_its_outcome_and_does_nothing(self, store) -> None:
        context = command()
        self.append(store, "thing-1", context=context, creates=True)
        for name, creates in (("thing-1", True), ("thing-1", False), ("thing-2", True), ("thing-2", False)):
            with store.uow.stream(name, context, creates=creates) as stream:
                assert stream.seen == {"version": 0}
                with pytest.raises(RuntimeError):
                    stream.append([happened()], outcome={}, rows=lambda events, writer: None)
        assert len(store.log.after(0).events) == 1

    def test_an_id_that_is_given_to_another_command_is_refused(self, store) -> None:
        context = replace(command(), fingerprint="one thing")
        self.append(store, "thing-1", context=context, creates=True)

        with store.uow.stream("thing-1", context) as stream:
            assert stream.seen == {"version": 0, "fingerprint": "one thing"}
        other = replace(context, fingerprint="another")
        with pytest.raises(CommandReused), store.uow.stream("thing-1", other):
            pass
        with pytest.raises(CommandReused), store.uow.streams(["thing-1"], other):
            pass
        assert len(store.log.after(0).events) == 1

    def test_a_command_without_events_keeps_outcome_and_rows(self, store) -> None:
        self.append(store, "thing-1", creates=True)
        context = command()
        with store.uow.stream("thing-1", context) as stream:
            insert = sa.insert(NAMES).values(stream="thing-1", name="quiet")
            stream.append([], outcome={"changed": False}, rows=lambda _, writer: writer.execute(insert))
        with store.uow.stream("thing-1", context) as again:
            assert again.seen == {"changed": False}
            assert again.version == 1
        assert self.names(store) == ["quiet"]

    def test_rows_and_events_are_written_together(self, store) -> None:
        def rows(events, writer) -> None:
            writer.execute(sa.insert(NAMES), [{"stream": e.stream, "name": f"{e.version}"} for e in events])
            writer.execute(sa.update(NAMES).where(NAMES.c.name == "1").values(name="first"))

        self.append(store, "thing-1", happened(), happened(), rows=rows, creates=True)
        assert self.names(store) == ["2", "first"]

    def test_a_row_that_breaks_a_constraint_undoes_the_events(self, store) -> None:
        insert = sa.insert(NAMES).values(stream="thing-1", name="taken")
        self.append(store, "thing-1", rows=lambda _, writer: writer.execute(insert), creates=True)
        with pytest.raises(RowConflict) as conflict:
            self.append(store, "thing-1", rows=lambda _, writer: writer.execute(insert))
        assert conflict.value.constraint == "names_name_key"
        assert len(list(store.log.stream("thing-1"))) == 1

    def test_leaving_without_append_or_by_an_error_writes_nothing(self, store) -> None:
        self.append(store, "thing-1", creates=True)
        with store.uow.stream("thing-1", command()) as stream:
            stream.rows.execute(sa.insert(NAMES).values(stream="thing-1", name="forgotten"))
        with pytest.raises(ZeroDivisionError), store.uow.stream("thing-1", command()) as stream:  # noqa: PT012
            stream.append([happened()], outcome={}, rows=lambda events, writer: None)
            raise ZeroDivisionError
        assert self.names(store) == []
        assert len(list(store.log.stream("thing-1"))) == 1

    def test_what_is_recorded_never_goes_back_in_time(self, store) -> None:
        clock: FixedClock = store.clock
        at = clock.now()
        self.append(store, "thing-1", creates=True)
        clock.advance(timedelta(days=-1))
        self.append(store, "thing-1")
        clock.advance(timedelta(days=2))
        self.append(store, "thing-1")
        times = [event.recorded_at for event in store.log.stream("thing-1")]
        assert times == [at, at, at + timedelta(days=1)]

    @pytest.mark.parametrize(
        "bad", [0.5, "a\x00", 2**64, datetime(2030, 1, 1, tzinfo=UTC)], ids=["float", "nul", "integer", "time"]
    )
    def test_what_would_not_come_back_as_it_was_is_refused(self, store, bad: object) -> None:
        with pytest.raises(Unstorable):
            self.append(store, "thing-1", happened(bad=bad), creates=True)
        assert store.log.after(0).events == []

    def test_an_outcome_that_cannot_be_kept_undoes_events_and_rows(self, store) -> None:
        insert = sa.insert(NAMES).values(stream="thing-1", name="lost")
        with pytest.raises(TypeError), store.uow.stream("thing-1", command(), creates=True) as stream:
            stream.append([happened()], outcome={"what": object()}, rows=lambda _, writer: writer.execute(insert))
        assert self.names(store) == []
        assert store.log.after(0).events == []

    def test_what_the_store_holds_is_not_changed_by_changing_what_was_given_or_answered(self, store) -> None:
        data, outcome, context = {"list": [1]}, {"list": [1]}, command()
        with store.uow.stream("thing-1", context, creates=True) as stream:
            event = NewEvent(type="a.b", schema_version=1, entity="thing-1", data=data)
            stream.append([event], outcome=outcome, rows=no_rows)
        data["list"].append(2)
        outcome["list"].append(2)
        for _ in range(2):
            with store.uow.stream("thing-1", context) as stream:
                assert stream.seen == {"list": [1]}
                stream.seen["list"].append(3)
            (found,) = store.log.stream("thing-1")
            assert found.data == {"list": [1]}
            found.data["list"].append(3)

    @pytest.mark.parametrize(
        ("row", "constraint"),
        [
            pytest.param({"id": 1, "name": "b"}, "names_pkey", id="primary_key"),
            pytest.param({"id": 2, "name": "a"}, "names_name_key", id="unique"),
            pytest.param({"id": 2, "name": "b", "stream": None}, "stream", id="not_null_has_no_name_but_a_column"),
        ],
    )
    def test_a_broken_constraint_is_named(self, store, row: dict[str, Any], constraint: str) -> None:
        with store.uow.writing() as rows:
            rows.execute(sa.insert(NAMES).values(id=1, stream="thing-1", name="a"))
        with pytest.raises(RowConflict) as conflict, store.uow.writing() as rows:
            rows.execute(sa.insert(NAMES).values({"stream": "thing-1"} | row))
        assert constraint == conflict.value.constraint
        assert self.names(store) == ["a"]

    def test_a_reading_transaction_cannot_write(self, store) -> None:
        with pytest.raises(sa.exc.DBAPIError), store.uow.reading() as rows:
            rows.execute(sa.insert(NAMES).values(stream="thing-1", name="a"))
        with store.uow.writing() as rows:
            rows.execute(sa.insert(NAMES).values(stream="thing-1", name="b"))
        assert self.names(store) == ["b"]

    def test_rows_without_events_are_undone_by_an_error(self, store) -> None:
        with pytest.raises(ZeroDivisionError), store.uow.writing() as rows:  # noqa: PT012
            rows.execute(sa.insert(NAMES).values(stream="thing-1", name="a"))
            raise ZeroDivisionError
        assert self.names(store) == []

    def test_a_command_reads_the_rows_it_has_not_committed_yet(self, store) -> None:
        with store.uow.stream("thing-1", command(), creates=True) as stream:
            stream.rows.execute(sa.insert(NAMES).values(stream="thing-1", name="a"))
            assert stream.rows.execute(sa.select(NAMES.c.name)).scalars().all() == ["a"]
            stream.append([happened()], outcome={}, rows=no_rows)
        assert self.names(store) == ["a"]

    def test_ids_are_never_given_out_twice(self, store) -> None:
        first = store.uow.next_id("names_id_seq")
        with pytest.raises(ZeroDivisionError), store.uow.stream("thing-1", command(), creates=True):  # noqa: PT012
            second = store.uow.next_id("names_id_seq")
            raise ZeroDivisionError
        assert first < second < store.uow.next_id("names_id_seq")

    def test_writers_of_one_stream_queue_and_none_fails(self, store) -> None:
        self.append(store, "thing-1", creates=True)
        with ThreadPoolExecutor(6) as pool:
            written = [pool.submit(self.append, store, "thing-1", happened(n), happened(n)) for n in range(12)]
            pairs = [[event.version for event in future.result(20)] for future in written]
        assert sorted(version for pair in pairs for version in pair) == list(range(2, 26))
        assert all(second == first + 1 for first, second in pairs)

    def test_a_command_in_flight_is_waited_for_and_done_once(self, store) -> None:
        self.append(store, "thing-1", creates=True)
        context = command()

        def again(_: int) -> tuple[dict[str, Any], bool]:
            done = store.appender.append("thing-1", [happened()], context, outcome={"answer": 42})
            return done.outcome, done.repeated

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(again, range(4)))
        assert sorted(repeated for _, repeated in answers) == [False, True, True, True]
        assert all(outcome == {"answer": 42} for outcome, _ in answers)
        assert len(list(store.log.stream("thing-1"))) == 2

    def test_of_two_that_create_a_stream_one_does(self, store) -> None:
        both = threading.Barrier(2, timeout=20)

        def create(number: int) -> bool:
            both.wait()
            try:
                self.append(store, "thing-1", happened(number), creates=True)
            except StreamExists:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(create, range(2))) == [False, True]
        assert len(list(store.log.stream("thing-1"))) == 1

    def test_a_reader_that_waits_gets_what_is_stored_meanwhile(self, store) -> None:
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(store.log.after, 0, wait=20.0)
            self.append(store, "thing-1", creates=True)
            assert [event.stream for event in waiting.result(20).events] == ["thing-1"]
        assert store.log.after(1, wait=0.01).events == []

    @pytest.mark.parametrize(
        ("only", "expected"),
        [
            pytest.param(Only(category="thing"), [1, 3, 4], id="category"),
            pytest.param(Only(types=["thing.happened", "x.y"]), [1, 2, 3], id="types"),
            pytest.param(Only(stream="thing-1"), [1, 4], id="stream"),
            pytest.param(Only(stream="thing-9"), [], id="nothing"),
        ],
    )
    def test_some_events_are_read_alone_and_the_others_passed_by(self, store, only: Only, expected: list[int]) -> None:
        other = NewEvent(type="thing.else", schema_version=1, entity="thing-1", data={})
        for name, event in (("thing-1", None), ("thingy-1", None), ("thing-2", None), ("thing-1", other)):
            store.appender.append(name, [event or happened()], command())
        read, seen = 0, []
        while read < store.log.head().position:
            page = store.log.after(read, 1, only=only)
            seen += [(event.previous_position, event.position) for event in page.events]
            read = page.read_to
        assert seen == [(position - 1, position) for position in expected]

    @pytest.mark.parametrize(
        ("mode", "expected", "error"),
        [
            ("exact", 2, VersionConflict), ("exact", 0, VersionConflict), ("no_stream", None, StreamExists),
            ("exact", None, ValueError), ("any", 1, ValueError),
        ],
    )  # fmt: skip
    def test_an_append_that_does_not_fit_writes_nothing(self, store, mode, expected, error) -> None:
        self.append(store, "thing-1", creates=True)
        context = command()
        with pytest.raises(error):
            store.appender.append("thing-1", [happened()], context, mode=mode, expected=expected)
        assert not store.appender.append("thing-1", [happened()], context).repeated
        assert len(list(store.log.stream("thing-1"))) == 2

    def test_several_streams_are_refused_by_one_that_is_not_as_told(self, store) -> None:
        self.append(store, "thing-1", creates=True)
        with pytest.raises(StreamExists), store.uow.streams([], command(), creates=["thing-1", "thing-2"]):
            pytest.fail("the block is not entered")
        with pytest.raises(StreamNotFound), store.uow.streams(["thing-1", "thing-2"], command()):
            pytest.fail("the block is not entered")
        assert len(store.log.after(0).events) == 1

    def test_an_event_for_a_stream_that_is_not_locked_or_a_new_stream_without_one_is_refused(self, store) -> None:
        self.append(store, "thing-1", creates=True)
        for events, error in (([("thing-9", happened())], KeyError), ([("thing-1", happened())], ValueError)):
            with pytest.raises(error), store.uow.streams(["thing-1"], command(), creates=["thing-2"]) as streams:
                streams.append(events, outcome={}, rows=no_rows)
        assert len(store.log.after(0).events) == 1
