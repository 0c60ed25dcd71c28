"""What is stored: events before and after they are written, and the command that made them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event to append. `data` is JSON without floats (decimals as strings); `entity` names what it is about."""

    type: str
    schema_version: int
    entity: str
    data: dict[str, Any]


class RecordedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """
    An event in its stream. `version` counts 1, 2, 3 … without gaps; `position` orders the whole store, with holes.

    `position` and `hash` (hex of the stream's SHA-256 chain) are None until the event is written.
    """

    position: int | None
    stream: str
    version: int
    event_id: UUID
    type: str
    schema_version: int
    entity: str
    data: dict[str, Any]
    meta: dict[str, Any]
    recorded_at: datetime
    hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """
    Who asked for what: the same `command_id` has one effect, however often it arrives.

    `reached` is filled as the command commits: the version of each stream that it locked, and None for what else it
    says that it touched (`Stream.touch`).
    """

    command_id: UUID
    actor_id: int | None
    request_id: str | None
    traceparent: str | None = None
    reached: dict[str, int | None] = field(default_factory=dict, compare=False, repr=False)

    def meta(self) -> dict[str, Any]:
        """What each event of the command carries beside its data."""
        return {
            "actor_id": self.actor_id,
            "command_id": str(self.command_id),
            "request_id": self.request_id,
            "traceparent": self.traceparent,
        }
