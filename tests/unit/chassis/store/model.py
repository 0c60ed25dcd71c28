"""The store in plain Python: what must come out of any sequence of commands, whichever store is behind them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from synergy_chassis.store.events import RecordedEvent
from synergy_contracts.envelope import StoredEvent


@dataclass
class Model:
    """A list of events, and what the commands came to. `begin` is the position before the first event."""

    begin: int = 0
    log: list[RecordedEvent] = field(default_factory=list)
    outcomes: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def of(self, stream: str) -> list[RecordedEvent]:
        return [event for event in self.log if event.stream == stream]

    def version(self, stream: str) -> int:
        return len(self.of(stream))

    def now(self, clock: datetime, *streams: str) -> datetime:
        """When an append to these streams counts as recorded."""
        return max([clock, *(event.recorded_at for event in self.log if event.stream in streams)])

    @property
    def streams(self) -> list[str]:
        return sorted({event.stream for event in self.log})

    @property
    def end(self) -> int:
        return self.log[-1].position if self.log else self.begin

    def after(self, position: int, limit: int | None = None) -> list[RecordedEvent]:
        return [event for event in self.log if event.position > position][:limit]

    def position(self, place: int) -> int:
        """A position to read from: before the first event, or of one of them."""
        return [self.begin, *(event.position for event in self.log)][place % (len(self.log) + 1)]

    def written(self, events: Sequence[RecordedEvent], *, at: datetime, streams: Sequence[str]) -> None:
        """
        Take in what the store says it wrote for one append, event by event to these streams: versions go on from those
        of each stream, positions rise over the whole store, and all was recorded at the same moment.
        """
        expected = [(name, self.version(name) + streams[: n + 1].count(name)) for n, name in enumerate(streams)]
        assert [(event.stream, event.version) for event in events] == expected
        assert {at} >= {event.recorded_at for event in events}
        positions = [self.end, *(event.position for event in events)]
        assert positions == sorted(set(positions))
        self.log += events


def same(event: StoredEvent | RecordedEvent) -> tuple[Any, ...]:
    """What an event says, as it is stored and as it travels."""
    return (
        event.position, event.stream, event.version, event.event_id, event.type, event.schema_version, event.entity,
        event.data, event.meta, event.recorded_at, event.hash,
    )  # fmt: skip
