"""Consumers that crash at every step, meet events they cannot take, and follow through new epochs."""

from collections.abc import Sequence
from typing import Any, Literal

import psycopg
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from integration.chassis.store.conftest import NAMES, Store
from integration.chassis.store.consumers import AT_ONCE
from msgspec.structs import replace
from sqlalchemy import event
from unit.chassis.store.exam import command, happened
from unit.chassis.store.model import Model
from unit.chassis.store.model_machine import ModelMachine, places, sizes, streams

from synergy_chassis.follower import Follower
from synergy_chassis.store import CommandContext
from synergy_chassis.store.tally import tally
from synergy_contracts.envelope import EventsPage, Head, StoredEvent, Tally

Crash = Literal["before the effect", "after the effect", "at the commit"]

UPSERT = sa.text("INSERT INTO names (stream, name) VALUES (:stream, :name) ON CONFLICT DO NOTHING")


class Killed(BaseException):
    """The consumer's process ends here."""


class Owner:
    """A store of this run alone: what was stored before it began is not told."""

    def __init__(self, store: Store, begin: int) -> None:
        self._log = store.log
        self._engine = store.engine
        self._begin = begin

    def head(self) -> Head:
        head = self._log.head()
        return head if head.position > self._begin else Head(position=0, epoch=head.epoch)

    def events_after(self, position: int, limit: int) -> EventsPage:
        page = self._log.after(max(position, self._begin), limit)
        events = [
            replace(event, previous_position=0) if event.previous_position <= self._begin else event
            for event in page.events
        ]
        return EventsPage(events=events, read_to=page.read_to)

    def tally(self, position: int) -> Tally:
        known = tally(self._engine, position)
        mine = self._log.after(self._begin, 10_000).events
        held = [event.position for event in mine if event.position <= position]
        return Tally(events=len(held), last=max(held, default=0), head=self.head().position, epoch=known.epoch)


class FollowingMachine(ModelMachine):
    """Needs `self.real`, the store with all its ways in, and `self.admin`, a superuser's session in autocommit."""

    real: Store
    admin: psycopg.Connection[Any]
    model: Model

    @initialize()
    def a_consumer_starts(self) -> None:
        self.owner = Owner(self.real, self.model.begin)
        self.poison: set[int] = set()
        self.crash: tuple[int, Crash] | None = None
        self.restart()

    def restart(self) -> None:
        """A new process: nothing but what was committed is left of the old one."""
        engine = self.real.engine.execution_options()
        event.listen(engine, "commit", self._committing)
        self.follower = Follower(
            engine, consumer=self.category, source="things", owner=self.owner, apply=self._apply, patience=AT_ONCE
        )
        self.crash, self.calls, self.lost = None, 0, False

    def _apply(self, events: Sequence[StoredEvent], rows: sa.Connection) -> None:
        """A row for each event, the same one however often it is applied."""
        self.calls += 1
        crash = self.crash[1] if self.crash is not None and self.crash[0] == self.calls else None
        if crash == "before the effect":
            raise Killed
        if self.poison & {event.position for event in events}:
            raise ValueError("poisoned")
        for event_ in events:
            row = {"stream": f"followed {self.category}", "name": self._row(event_.position)}
            rows.execute(
                sa.text("INSERT INTO names (stream, name) VALUES (:stream, :name) ON CONFLICT DO NOTHING"), row
            )
        if crash == "after the effect":
            raise Killed
        self.lost = crash == "at the commit"

    def _committing(self, _: sa.Connection) -> None:
        if self.lost:
            raise Killed

    def _row(self, position: int) -> str:
        return f"followed {self.category} {position}"

    @rule(crash=st.none() | st.tuples(st.integers(1, 3), st.sampled_from(Crash.__args__)))  # type: ignore[attr-defined]
    def the_consumer_looks_for_itself(self, crash: tuple[int, Crash] | None) -> None:
        self._take([], crash)

    @rule(
        place=places,
        size=st.integers(1, 4),
        crash=st.none() | st.tuples(st.integers(1, 2), st.sampled_from(Crash.__args__)),  # type: ignore[attr-defined]
    )
    def the_bus_brings_events_from_anywhere(self, place: int, size: int, crash: tuple[int, Crash] | None) -> None:
        """Old ones, new ones, with gaps before them."""
        cursor = self.model.position(place)
        self._take(self.owner.events_after(cursor, size).events, crash)

    def _take(self, events: list[StoredEvent], crash: tuple[int, Crash] | None) -> None:
        self.crash, self.calls = crash, 0
        try:
            self.follower.take(events)
        except Killed:
            self.restart()
            return
        self.crash = None
        if not events:
            self._all_is_applied_or_parked()

    @rule(target=ModelMachine.commands, number=streams, size=sizes)
    def an_event_is_stored_that_cannot_be_taken_and_others_after_it(self, number: int, size: int) -> CommandContext:
        context, name = command(), self.name(number)
        events = [happened(n) for n in range(size + 1)]
        self._append(name, events, context, creates=not self.model.version(name))
        self.poison.add(self.model.of(name)[-len(events)].position)
        return context

    @rule()
    def the_cause_is_gone_and_what_is_parked_is_replayed(self) -> None:
        self.poison.clear()
        before = self.follower.parked()
        assert self.follower.replay() == before
        assert self.follower.parked() == 0

    @rule()
    def replaying_does_not_help_while_the_cause_is_there(self) -> None:
        if self.poison:
            self.follower.replay()
            streams = {event.stream for event in self.model.log if event.position in self.poison}
            assert self._parked() <= {event.position for event in self.model.log if event.stream in streams}

    @rule()
    def the_store_enters_a_new_epoch(self) -> None:
        before = self.real.log.head()
        self.admin.execute("SELECT store.new_epoch()")
        after = self.real.log.head()
        assert after.epoch != before.epoch
        assert after.position == before.position

    @invariant()
    def what_was_applied_of_a_stream_was_applied_once_in_order_and_without_gaps(self) -> None:
        if hasattr(self, "follower"):
            applied = self._applied()
            assert len(applied) == len(set(applied))
            at = {event.position: event for event in self.model.log}
            for stream in self.model.streams:
                versions = [at[position].version for position in applied if at[position].stream == stream]
                assert versions == list(range(1, len(versions) + 1))

    def _all_is_applied_or_parked(self) -> None:
        applied, parked = self._applied(), self._parked()
        assert sorted([*applied, *parked]) == [event.position for event in self.model.log]
        poisoned = {event.stream: event.position for event in reversed(self.model.log) if event.position in self.poison}
        late = {event.position for event in self.model.log if event.position >= poisoned.get(event.stream, 2**63)}
        assert late <= parked
        assert self.follower.position() == (self.model.end if self.model.log else 0)

    def _applied(self) -> list[int]:
        """Positions, in the order in which they were applied."""
        chosen = sa.select(NAMES.c.name).where(NAMES.c.stream == f"followed {self.category}").order_by(NAMES.c.id)
        with self.real.uow.reading() as rows:
            return [int(name.rpartition(" ")[2]) for name in rows.execute(chosen).scalars()]

    def _parked(self) -> set[int]:
        chosen = sa.text("SELECT position FROM store.parked WHERE consumer = :consumer")
        with self.real.uow.reading() as rows:
            return set(rows.execute(chosen, {"consumer": self.category}).scalars())
