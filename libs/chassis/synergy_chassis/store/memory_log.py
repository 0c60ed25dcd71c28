"""The log of the store in memory: what store.append and EventLog do, over a list."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from synergy_chassis.clock import new_id
from synergy_chassis.store.append import Appending, Target, hash_of
from synergy_chassis.store.canonical import GENESIS, chain_hash
from synergy_chassis.store.errors import StreamExists, StreamNotFound, VersionConflict
from synergy_chassis.store.events import RecordedEvent
from synergy_chassis.store.only import Only
from synergy_contracts.envelope import EventsPage, Head, StoredEvent


@dataclass(frozen=True, slots=True)
class Known:
    """What a command came to: the version it brought its stream to, when, and its outcome, as JSON."""

    version: int
    recorded_at: datetime
    kept: bytes

    @property
    def outcome(self) -> dict[str, Any]:
        """A copy of the outcome: nobody changes what is kept."""
        decoded: dict[str, Any] = msgspec.json.decode(self.kept)
        return decoded


class MemoryEventLog:
    """EventLog over a list. `lock` makes writers take turns."""

    def __init__(self) -> None:
        self.events: list[RecordedEvent] = []
        self.commands: dict[UUID | None, Known] = {}
        self.epoch = str(new_id())
        self.lock = threading.RLock()
        self._stored = threading.Condition()

    def head(self) -> Head:
        """The position of the last event, and the epoch."""
        return Head(position=len(self.events), epoch=self.epoch)

    def after(self, position: int, limit: int = 500, *, wait: float = 0.0, only: Only | None = None) -> EventsPage:
        """At most `limit` events after `position`, and the position read to; waits up to `wait` s for the first."""
        with self._stored:
            self._stored.wait_for(lambda: self._wanted(position, only), timeout=wait)
            wanted = self._wanted(position, only)
            read_to = len(self.events) if len(wanted) < limit else wanted[limit - 1].position
        return EventsPage(events=wanted[:limit], read_to=read_to, epoch=self.epoch)

    def _wanted(self, position: int, only: Only | None) -> list[StoredEvent]:
        return [_stored(_copied(event)) for event in self.events[position:] if only is None or _is(event, only)]

    def stream(self, name: str, *, upto: int | None = None) -> Iterator[RecordedEvent]:
        """The events of one stream in order, up to and including version `upto`."""
        mine = (event for event in self.events if event.stream == name)
        return (_copied(event) for event in mine if upto is None or event.version <= upto)

    def at(self, positions: Sequence[int]) -> list[RecordedEvent]:
        """The events at these positions, in position order."""
        return [_copied(event) for event in self.events if event.position in set(positions)]

    def last(self, stream: str) -> RecordedEvent | None:
        """The last event of a stream."""
        return next((event for event in reversed(self.events) if event.stream == stream), None)

    def append(self, batch: Appending) -> list[RecordedEvent]:
        """As the SQL function store.append, of a command that was not seen before. Raises what that raises."""
        lasts = {target.stream: self.last(target.stream) for target in batch.targets}
        for target in batch.targets:
            last = lasts[target.stream]
            _expect(target, last.version if last else 0)
        at = max([batch.recorded_at, *(last.recorded_at for last in lasts.values() if last)])
        versions = {name: last.version if last else 0 for name, last in lasts.items()}
        heads = {name: bytes.fromhex(last.hash or "") if last else GENESIS for name, last in lasts.items()}
        written = []
        for position, event in enumerate(batch.events, start=len(self.events) + 1):
            name = event.stream
            versions[name] += 1
            heads[name] = chain_hash(heads[name], name, versions[name], at, hash_of(event))
            written.append(
                replace(event, position=position, version=versions[name], recorded_at=at, hash=heads[name].hex())
            )
        if batch.command_id is not None:
            first = batch.targets[0].stream
            self.commands[batch.command_id] = Known(versions[first], at, msgspec.json.encode(batch.outcome))
        with self._stored:
            self.events += map(_copied, written)
            self._stored.notify_all()
        return written


def _expect(target: Target, version: int) -> None:
    if target.mode == "exact" and version != target.expected:
        raise VersionConflict(f"stream {target.stream} is at version {version}, not {target.expected}")
    if target.mode == "no_stream" and version:
        raise StreamExists(f"stream {target.stream} exists")
    if target.mode == "exists" and not version:
        raise StreamNotFound(f"no stream {target.stream}")


def _is(event: RecordedEvent, only: Only) -> bool:
    """Whether it is of the events that are wanted."""
    if only.category is not None:
        return event.stream.partition("-")[0] == only.category
    return event.type in only.types if only.types is not None else event.stream == only.stream


def _copied(event: RecordedEvent) -> RecordedEvent:
    """The event as a database would give it back: nobody changes what is stored."""
    data, meta = msgspec.json.decode(msgspec.json.encode((event.data, event.meta)))
    return replace(event, data=data, meta=meta)


def _stored(event: RecordedEvent) -> StoredEvent:
    assert event.position is not None
    assert event.hash is not None
    return StoredEvent(
        position=event.position,
        previous_position=event.position - 1,
        stream=event.stream,
        version=event.version,
        event_id=event.event_id,
        type=event.type,
        schema_version=event.schema_version,
        entity=event.entity,
        data=event.data,
        meta=event.meta,
        recorded_at=event.recorded_at,
        hash=event.hash,
    )
