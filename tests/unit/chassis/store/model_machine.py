"""A state machine that drives a store and a plain model side by side, and compares them after every step."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from unit.chassis.store.exam import NAMES, command, happened, no_rows
from unit.chassis.store.model import Model, same

from synergy_chassis.clock import FixedClock, new_id
from synergy_chassis.store import CommandContext, NewEvent
from synergy_chassis.store.events import RecordedEvent

streams = st.integers(0, 2)
sizes = st.integers(1, 3)
places = st.integers(0, 60)
limits = st.integers(1, 7)


class ModelMachine(RuleBasedStateMachine):
    """
    Appends to a few streams, and commands that break off. Machines for one part of the store build on it.

    `open` gives what is driven: a namespace with `uow`, `appender` and `log`, whose clock is the given one.
    """

    commands: Bundle[CommandContext] = Bundle("commands")

    def __init__(self, open: Callable[[FixedClock], SimpleNamespace]) -> None:
        super().__init__()
        self.clock = FixedClock(datetime(2030, 1, 1, tzinfo=UTC))
        self.store = open(self.clock)
        self.category = f"thing{new_id().hex}"
        self.model = Model(begin=self.store.log.head().position)

    def name(self, number: int) -> str:
        return f"{self.category}-{number}"

    @rule(target=commands, number=streams, size=sizes)
    def a_command_appends(self, number: int, size: int) -> Any:
        name, context = self.name(number), command()
        return self._append(name, [happened(n) for n in range(size)], context, creates=not self.model.version(name))

    @rule(number=streams, size=sizes, appends=st.booleans())
    def a_command_breaks_off_and_leaves_no_trace(self, number: int, size: int, appends: bool) -> None:
        name = self.name(number)
        with (  # noqa: PT012
            pytest.raises(ZeroDivisionError),
            self.store.uow.stream(name, command(), creates=not self.model.version(name)) as stream,
        ):
            stream.rows.execute(sa.insert(NAMES).values(stream=name, name=f"{self.category} lost"))
            if appends:
                stream.append([happened()] * size, outcome={}, rows=no_rows)
            raise ZeroDivisionError

    @rule(seconds=st.integers(-100, 100))
    def the_clock_jumps(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def _append(
        self, name: str, events: list[NewEvent], context: CommandContext, *, creates: bool, rows: Any = no_rows
    ) -> CommandContext:
        outcome = self._outcome()
        at = self.model.now(self.clock.now(), name)
        with self.store.uow.stream(name, context, creates=creates) as stream:
            assert (stream.seen, stream.version, stream.now) == (None, self.model.version(name), at)
            told = stream.append(events, outcome=outcome, rows=rows)
            assert [(event.version, event.recorded_at) for event in told] == [
                (stream.version + n, at) for n in range(1, len(events) + 1)
            ]
        assert [event.data for event in stream.recorded] == [event.data for event in events]
        return self._written(stream.recorded, at, [name] * len(events), context, outcome)

    def _outcome(self) -> dict[str, Any]:
        return {"number": len(self.model.outcomes)}

    def _written(
        self, events: Sequence[RecordedEvent], at: datetime, streams: list[str], context: CommandContext,
        outcome: dict[str, Any],
    ) -> CommandContext:  # fmt: skip
        if streams:
            self.model.written(events, at=at, streams=streams)
        self.model.outcomes[context.command_id] = outcome
        return context

    # What holds after every step

    @invariant()
    def rows_are_those_of_commands_that_succeeded(self) -> None:
        with self.store.uow.reading() as rows:
            mine = sa.select(NAMES.c.name).where(NAMES.c.name.startswith(self.category, autoescape=True))
            assert sorted(rows.execute(mine).scalars()) == sorted(self.model.names)

    @invariant()
    def the_head_is_the_last_event(self) -> None:
        assert self.store.log.head().position == self.model.end

    def teardown(self) -> None:
        for name in self.model.streams:
            found = list(self.store.log.stream(name))
            assert found == self.model.of(name)
            assert [event.version for event in found] == list(range(1, len(found) + 1))
            times = [event.recorded_at for event in found]
            assert times == sorted(times)
        everything = self.store.log.after(self.model.begin, 10_000).events
        assert list(map(same, everything)) == list(map(same, self.model.log))
