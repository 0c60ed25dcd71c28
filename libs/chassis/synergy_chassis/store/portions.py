"""Portions of a long append: what is copied, and a digest that tells whether a repeat says the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import psycopg

from synergy_chassis.clock import new_id
from synergy_chassis.store.append import checked
from synergy_chassis.store.canonical import canonical, hash_of_parts
from synergy_chassis.store.events import NewEvent, RecordedEvent

_COPY: Final = "COPY store.incoming (batch, n, event_id, type, schema_version, entity, data, content_hash) FROM STDIN"
_NOBODY: Final = UUID(int=0)

_Line = tuple[UUID, int, UUID, str, int, str, str, bytes]


@dataclass(frozen=True, slots=True)
class Portion:
    """Events ready to be copied as `batch`; `digest` is over all events of the command up to and including them."""

    batch: UUID
    events: Sequence[NewEvent]
    lines: Sequence[_Line]
    digest: bytes

    def copy(self, session: psycopg.Connection[Any]) -> None:
        """Hand the events to the database, within a transaction. Nothing is locked by it."""
        with session.cursor() as cursor, cursor.copy(_COPY) as copy:
            for line in self.lines:
                copy.write_row(line)

    def recorded(self, *, stream: str, after: int, at: datetime, meta: dict[str, Any]) -> list[RecordedEvent]:
        """The events as they will stand in `stream` after version `after`, without position and hash."""
        return [
            RecordedEvent(
                position=None,
                stream=stream,
                version=version,
                event_id=line[2],
                type=event.type,
                schema_version=event.schema_version,
                entity=event.entity,
                data=event.data,
                meta=meta,
                recorded_at=at,
                hash=None,
            )
            for version, (event, line) in enumerate(zip(self.events, self.lines, strict=True), start=after + 1)
        ]


def prepare(events: Sequence[NewEvent], *, meta: dict[str, Any], digest: bytes) -> Portion:
    """The portion that follows events of this `digest`. Raises Unstorable."""
    batch, beside, lines = new_id(), canonical(meta), []
    for n, event in enumerate(map(checked, events)):
        what, event_id = canonical(event.data), new_id()
        content = hash_of_parts(event_id, event.type, event.schema_version, event.entity, what, beside)
        lines.append((batch, n, event_id, event.type, event.schema_version, event.entity, what.decode(), content))
        digest = _digest(digest, event, what)
    return Portion(batch, events, lines, digest)


def nothing_in(stream: str) -> bytes:
    """The digest before the first event: the same events in another stream are something else."""
    return sha256(stream.encode()).digest()


def digest_of(events: Iterable[NewEvent], *, digest: bytes) -> bytes:
    """The digest after these events, which follow events of `digest`."""
    for event in events:
        digest = _digest(digest, event, canonical(event.data))
    return digest


def _digest(before: bytes, event: NewEvent, data: bytes) -> bytes:
    said = hash_of_parts(_NOBODY, event.type, event.schema_version, event.entity, data, b"")
    return sha256(before + said).digest()
