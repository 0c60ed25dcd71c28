"""What is stored: events before and after they are written, and the command that made them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from synergy_chassis.store.errors import CommandReused

FINGERPRINT: Final = "fingerprint"
"""Under which name an outcome holds how its command was asked."""


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

    `fingerprint` stands for how it was asked: an id that comes with another one is somebody's mistake.

    `reached` is filled as the command commits: the version of each stream that it locked, and None for what else it
    says that it touched (`Stream.touch`).
    """

    command_id: UUID
    actor_id: int | None
    request_id: str | None
    traceparent: str | None = None
    fingerprint: str | None = None
    reached: dict[str, int | None] = field(default_factory=dict, compare=False, repr=False)

    def kept(self, outcome: dict[str, Any]) -> dict[str, Any]:
        """The outcome as it is kept under the command's id."""
        return outcome if self.fingerprint is None else {**outcome, FINGERPRINT: self.fingerprint}

    def recognise(self, seen: dict[str, Any] | None) -> dict[str, Any] | None:
        """The outcome that is kept under this id. Raises CommandReused if it is that of something else."""
        asked = self.fingerprint
        if seen is not None and asked is not None and seen.get(FINGERPRINT, asked) != asked:
            raise CommandReused("This id was given to another command before.")
        return seen

    def meta(self) -> dict[str, Any]:
        """What each event of the command carries beside its data."""
        return {
            "actor_id": self.actor_id,
            "command_id": str(self.command_id),
            "request_id": self.request_id,
            "traceparent": self.traceparent,
        }
