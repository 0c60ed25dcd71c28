"""Every way to append, and every way to be refused."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import (
    multiple,
    rule,
)
from unit.chassis.store.exam import NAMES, command, happened, no_rows
from unit.chassis.store.model_machine import ModelMachine, sizes, streams

from synergy_chassis.store import (
    CommandContext,
    RowConflict,
    StoreError,
    StreamExists,
    StreamNotFound,
    VersionConflict,
)
from synergy_chassis.store.append import Mode, Target
from synergy_chassis.store.events import RecordedEvent

modes: st.SearchStrategy[Mode] = st.sampled_from(get_args(Mode))
offsets = st.sampled_from([0, 0, 0, 1, -1])
"""How far a writer is wrong about the version of a stream."""
orders = st.lists(st.integers(0, 2), min_size=1, max_size=5)

REFUSED: dict[str, type[StoreError]] = {
    "exact": VersionConflict, "no_stream": StreamExists, "exists": StreamNotFound,
}  # fmt: skip


class WritingMachine(ModelMachine):
    """Commands and appends of every kind, right and wrong ones."""

    commands = ModelMachine.commands

    @rule(number=streams)
    def a_command_that_expects_the_contrary_is_refused(self, number: int) -> None:
        name = self.name(number)
        creates = self.model.version(name) > 0
        with pytest.raises(StreamExists if creates else StreamNotFound):  # noqa: SIM117
            with self.store.uow.stream(name, command(), creates=creates):
                pytest.fail("the block is not entered")

    @rule(context=commands, number=streams, creates=st.booleans())
    def a_command_comes_again_and_gets_its_outcome(self, context: CommandContext, number: int, creates: bool) -> None:
        with self.store.uow.stream(self.name(number), context, creates=creates) as stream:
            assert stream.seen == self.model.outcomes[context.command_id]

    @rule(target=commands, number=streams)
    def a_command_changes_nothing_and_its_outcome_is_kept(self, number: int) -> Any:
        name = self.name(number)
        return self._append(name, [], command(), creates=not self.model.version(name))

    @rule(target=commands, number=streams, name=st.integers(0, 2))
    def a_command_writes_a_row_that_may_be_taken(self, number: int, name: int) -> Any:
        taken = f"{self.category} {name}"
        insert = sa.insert(NAMES).values(stream=self.name(number), name=taken)
        context, stream = command(), self.name(number)
        creates = not self.model.version(stream)

        def rows(_: Sequence[RecordedEvent], writer: Any) -> None:
            writer.execute(insert)

        if taken in self.model.names:
            with pytest.raises(RowConflict):
                self._append(stream, [happened()], context, creates=creates, rows=rows)
            return multiple()
        self._append(stream, [happened()], context, creates=creates, rows=rows)
        self.model.names.append(taken)
        return context

    # Appends without a transaction of their own

    @rule(target=commands, number=streams, mode=modes, wrong=offsets, size=st.integers(0, 3))
    def an_append_in_any_mode(self, number: int, mode: Mode, wrong: int, size: int) -> Any:
        name, context = self.name(number), command()
        target = self._target(name, mode, wrong)
        events, outcome = [happened(n) for n in range(size)], self._outcome()
        if not self._fits(target):
            with pytest.raises(REFUSED[mode]):
                self.store.appender.append(name, events, context, mode=mode, expected=target.expected, outcome=outcome)
            return multiple()
        at = self.model.now(self.clock.now(), name)
        done = self.store.appender.append(name, events, context, mode=mode, expected=target.expected, outcome=outcome)
        assert (done.outcome, done.repeated) == (outcome, False)
        return self._written(done.events, at, [name] * size, context, outcome)

    @rule(
        target=commands,
        parts=st.lists(st.tuples(streams, modes, offsets), min_size=2, max_size=3, unique_by=itemgetter(0)),
        order=orders,
    )
    def an_append_to_several_streams(self, parts: list[tuple[int, Mode, int]], order: list[int]) -> Any:
        """A stream that is not as expected stops them all; one that gets no event is just checked."""
        targets = [self._target(self.name(number), mode, wrong) for number, mode, wrong in parts]
        names = [targets[place % len(targets)].stream for place in order]
        events = [(name, happened(n)) for n, name in enumerate(names)]
        context, outcome = command(), self._outcome()
        if not all(map(self._fits, targets)):
            with pytest.raises(tuple(REFUSED.values())):
                self.store.appender.append_together(events, context, expecting=targets, outcome=outcome)
            return multiple()
        at = self.model.now(self.clock.now(), *(target.stream for target in targets))
        done = self.store.appender.append_together(events, context, expecting=targets, outcome=outcome)
        return self._written(done.events, at, names, context, outcome)

    @rule(target=commands, chosen=st.lists(streams, min_size=1, max_size=3, unique=True), order=orders)
    def a_command_on_several_streams(self, chosen: list[int], order: list[int]) -> Any:
        names = [self.name(number) for number in chosen]
        creates = [name for name in names if not self.model.version(name)]
        events = [names[place % len(names)] for place in order] + creates
        context, outcome, at = command(), self._outcome(), self.model.now(self.clock.now(), *names)
        with self.store.uow.streams(set(names) - set(creates), context, creates=creates) as locked:
            assert locked.versions == {name: self.model.version(name) for name in names}
            assert (locked.seen, locked.now) == (None, at)
            locked.append([(name, happened(n)) for n, name in enumerate(events)], outcome=outcome, rows=no_rows)
        return self._written(locked.recorded, at, events, context, outcome)

    @rule(context=commands, number=streams, mode=modes, size=sizes)
    def an_append_of_a_command_that_was_seen_gives_its_outcome(
        self, context: CommandContext, number: int, mode: Mode, size: int
    ) -> None:
        target = self._target(self.name(number), mode, 1)
        events = [happened(n) for n in range(size)]
        done = self.store.appender.append(target.stream, events, context, mode=mode, expected=target.expected)
        assert (done.outcome, done.repeated, done.events) == (self.model.outcomes[context.command_id], True, [])

    def _target(self, name: str, mode: Mode, wrong: int) -> Target:
        expected = max(0, self.model.version(name) + wrong) if mode == "exact" else None
        return Target(name, mode, expected)

    def _fits(self, target: Target) -> bool:
        """Whether the stream is as the writer expects it."""
        version = self.model.version(target.stream)
        fits = {"exact": target.expected == version, "no_stream": not version, "exists": version > 0, "any": True}
        return fits[target.mode]
