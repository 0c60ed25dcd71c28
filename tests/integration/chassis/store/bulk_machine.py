"""Long appends that break off within a portion, go on under other writers, and are repeated with something else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, rule
from integration.chassis.store.conftest import Store
from unit.chassis.store.exam import command, happened
from unit.chassis.store.model_machine import ModelMachine, streams

from synergy_chassis.store import BulkAppender, CommandContext, CommandDiffers, NewEvent

portions = st.integers(1, 4)


class BrokeOff(Exception):
    """The program ends here."""


@dataclass(frozen=True)
class Begun:
    """A long append that broke off: `stored` of its events are in."""

    context: CommandContext
    stream: str
    size: int
    stored: int


class BulkMachine(ModelMachine):
    """Needs `self.real`, the store with all its ways in."""

    real: Store
    commands = ModelMachine.commands
    begun: Bundle[Begun] = Bundle("begun")

    @rule(target=commands, number=streams, size=st.integers(0, 9), portion=portions)
    def a_long_append(self, number: int, size: int, portion: int) -> CommandContext:
        context, name, outcome = command(), self.name(number), self._outcome()
        done = self._bulk(portion).append(name, events(size), context, outcome=outcome)
        assert (done.outcome, done.repeated, done.appended) == (outcome, False, size)
        self._take_in(name, size)
        self.model.outcomes[context.command_id] = outcome
        return context

    @rule(target=begun, number=streams, size=st.integers(2, 9), after=st.integers(0, 8), portion=portions)
    def a_long_append_breaks_off(self, number: int, size: int, after: int, portion: int) -> Begun:
        context, name, before = command(), self.name(number), self.model.version(self.name(number))
        with pytest.raises(BrokeOff):
            self._bulk(portion).append(name, broken_off(min(after, size - 1)), context, outcome={})
        stored = len(list(self.real.log.stream(name))) - before
        assert stored % portion == 0
        assert stored <= min(after, size - 1)
        self._take_in(name, stored)
        return Begun(context, name, size, stored)

    @rule(target=commands, one=consumes(begun), portion=portions)
    def it_goes_on_with_what_lacks(self, one: Begun, portion: int) -> Any:
        outcome = self._outcome()
        done = self._bulk(portion).append(one.stream, events(one.size), one.context, outcome=outcome)
        assert (done.outcome, done.repeated, done.appended) == (outcome, False, one.size - one.stored)
        self._take_in(one.stream, one.size, skipped=one.stored)
        self.model.outcomes[one.context.command_id] = outcome
        return one.context

    @rule(target=begun, one=consumes(begun), portion=portions)
    def it_is_refused_with_other_events(self, one: Begun, portion: int) -> Any:
        if not one.stored:
            return one
        with pytest.raises(CommandDiffers):
            self._bulk(portion).append(one.stream, (happened(n + 1) for n in range(one.size)), one.context)
        return one

    @rule(context=commands, number=streams, portion=portions)
    def one_that_was_seen_gives_its_outcome(self, context: CommandContext, number: int, portion: int) -> None:
        done = self._bulk(portion).append(self.name(number), events(3), context)
        assert (done.outcome, done.repeated, done.appended) == (self.model.outcomes[context.command_id], True, 0)

    def _bulk(self, portion: int) -> BulkAppender:
        return BulkAppender(self.real.engine, self.clock, portion=portion)

    def _take_in(self, name: str, size: int, *, skipped: int = 0) -> None:
        """The events from `skipped` on are now the last of their stream, all recorded at the clock's time."""
        at = self.model.now(self.clock.now(), name)
        written = list(self.real.log.stream(name))[self.model.version(name) :]
        assert [event.data["number"] for event in written] == list(range(skipped, size))
        self.model.written(written, at=at, streams=[name] * len(written))


def events(size: int) -> Iterator[NewEvent]:
    return (happened(number) for number in range(size))


def broken_off(after: int) -> Iterator[NewEvent]:
    yield from events(after)
    raise BrokeOff
