"""The append: what is handed to the SQL functions store.append and store.append_one, and what they answer."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from synergy_chassis.clock import new_id
from synergy_chassis.store.arrays import array, quoted
from synergy_chassis.store.canonical import canonical, content_hash, ensure_storable, hash_of_parts
from synergy_chassis.store.events import NewEvent, RecordedEvent
from synergy_chassis.store.sessions import Text

Mode = Literal["exact", "no_stream", "exists", "any"]

APPEND: Final = (
    "SELECT version, position, encode(hash, 'hex'), seen, recorded_at FROM store.append("
    "%s::text[], %s::text[], %s::bigint[], %s::uuid, %s::jsonb, %s::timestamptz, %s::integer[], "
    "%s::uuid[], %s::text[], %s::integer[], %s::text[], %s::jsonb[], %s::jsonb, %s::bytea[])"
)
APPEND_ONE: Final = (
    "SELECT version, position, encode(hash, 'hex'), seen, recorded_at FROM store.append_one("
    "%s::text, %s::bigint, %s::uuid, %s::jsonb, %s::timestamptz, %s::uuid, %s::text, %s::integer, %s::text, %s::jsonb, "
    "%s::jsonb, %s::bytea)"
)
"""The same for one event of a command to one stream, in modes `exact` and `any`."""

Call = tuple[str, tuple[Text, ...]]
"""A statement and its parameters, as text: psycopg writes that fastest."""


@dataclass(frozen=True, slots=True)
class Target:
    """A stream and what is expected of it; `expected` is the version for mode `exact`."""

    stream: str
    mode: Mode = "any"
    expected: int | None = None

    def checked(self) -> "Target":
        """The target itself. Raises ValueError for mode `exact` without a version, and for another mode with one."""
        if (self.mode == "exact") != (self.expected is not None):
            raise ValueError("Mode exact names the version it expects, the others none.")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Appending(ABC):
    """What an append is made of; `command_id` None leaves no trace of a command."""

    command_id: UUID | None
    outcome: dict[str, Any]
    recorded_at: datetime
    meta: dict[str, Any]
    events: Sequence[RecordedEvent]

    @property
    @abstractmethod
    def targets(self) -> Sequence[Target]:
        """The streams, in ascending order of their names."""

    def call(self) -> Call:
        """What appends them."""
        return APPEND, self.parameters()

    def parameters(self) -> tuple[Text, ...]:
        """The arguments of APPEND, with the content hash of each event."""
        events, targets = self.events, self.targets
        place = {target.stream: number for number, target in enumerate(targets, start=1)}
        meta = canonical(self.meta)
        data = [canonical(event.data) for event in events]
        return (
            array(quoted(target.stream) for target in targets),
            array(target.mode for target in targets),
            array("NULL" if target.expected is None else str(target.expected) for target in targets),
            None if self.command_id is None else self.command_id.hex,
            msgspec.json.encode(self.outcome).decode(),
            self.recorded_at.isoformat(),
            array(str(place[event.stream]) for event in events),
            array(str(event.event_id) for event in events),
            array(quoted(event.type) for event in events),
            array(str(event.schema_version) for event in events),
            array(quoted(event.entity) for event in events),
            array(quoted(text.decode()) for text in data),
            meta.decode(),
            array(rf'"\\x{_hash(event, text, meta).hex()}"' for event, text in zip(events, data, strict=True)),
        )

    def written(self, rows: Iterable[tuple[Any, ...]]) -> list[RecordedEvent]:
        """The events as the rows of the call say they were written."""
        return [
            replace(event, version=version, position=position, hash=digest, recorded_at=at)
            for event, (version, position, digest, _, at) in zip(self.events, rows, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Appending):
    """An append to one stream. `expected` is the version for mode `exact`."""

    stream: str
    mode: Mode
    expected: int | None

    @property
    def targets(self) -> Sequence[Target]:
        """The one stream."""
        return (Target(self.stream, self.mode, self.expected),)

    def call(self) -> Call:
        """By way of APPEND_ONE, where that can be."""
        if len(self.events) == 1 and self.command_id is not None and self.mode in ("exact", "any"):
            return APPEND_ONE, self._of_one(self.events[0], self.command_id)
        return APPEND, self.parameters()

    def _of_one(self, event: RecordedEvent, command_id: UUID) -> tuple[Text, ...]:
        """The arguments of APPEND_ONE."""
        data, meta = canonical(event.data), canonical(self.meta)
        return (
            self.stream,
            None if self.expected is None else str(self.expected),
            command_id.hex,
            msgspec.json.encode(self.outcome).decode(),
            self.recorded_at.isoformat(),
            event.event_id.hex,
            event.type,
            str(event.schema_version),
            event.entity,
            data.decode(),
            meta.decode(),
            rf"\x{_hash(event, data, meta).hex()}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches(Appending):
    """An append to several streams, all or nothing. `events` stand in the order in which they get their positions."""

    expecting: Sequence[Target]

    @property
    def targets(self) -> Sequence[Target]:
        """The streams in the order that everybody locks them in. Python's order of text is that of collation "C"."""
        return sorted(self.expecting, key=lambda target: target.stream)


def _hash(event: RecordedEvent, data: bytes, meta: bytes) -> bytes:
    return hash_of_parts(event.event_id, event.type, event.schema_version, event.entity, data, meta)


def hash_of(event: RecordedEvent) -> bytes:
    """The content hash of an event, written or not."""
    return content_hash(
        event_id=event.event_id,
        type=event.type,
        schema_version=event.schema_version,
        entity=event.entity,
        data=event.data,
        meta=event.meta,
    )


def record(
    events: Sequence[NewEvent], *, stream: str, after: int, at: datetime, meta: dict[str, Any]
) -> list[RecordedEvent]:
    """Events as they will stand in `stream` after version `after`, without position and hash. Raises Unstorable."""
    ensure_storable(meta)
    return [
        recorded(event, stream=stream, version=version, at=at, meta=meta)
        for version, event in enumerate(events, start=after + 1)
    ]


def checked(event: NewEvent) -> NewEvent:
    """The event itself. Raises Unstorable when the database would not give it back as it is."""
    ensure_storable(event.data)
    ensure_storable(event.type)
    ensure_storable(event.entity)
    return event


def recorded(event: NewEvent, *, stream: str, version: int, at: datetime, meta: dict[str, Any]) -> RecordedEvent:
    """An event as it will stand in `stream` at `version`, without position and hash. Raises Unstorable."""
    checked(event)
    return RecordedEvent(
        position=None,
        stream=stream,
        version=version,
        event_id=new_id(),
        type=event.type,
        schema_version=event.schema_version,
        entity=event.entity,
        data=event.data,
        meta=meta,
        recorded_at=at,
        hash=None,
    )
