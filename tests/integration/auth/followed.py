"""Webhooks as auth meets it: the owner of a store that is followed."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from synergy_contracts.envelope import EventsPage, Head, StoredEvent, Tally

HOOK = "0199c0de-0000-7000-8000-000000000001"
GONE = "Its endpoint answered 410 Gone."


class Webhooks:
    """Its events, at hand."""

    def __init__(self) -> None:
        self.events: list[StoredEvent] = []
        self.epoch = "one"
        self._jump = 0

    def disables(self, owner: int | None, *, at: datetime | None = None, **data: Any) -> StoredEvent:
        """A webhook of the owner is switched off; `owner` None: by a program that did not say whose it is."""
        facts = {"webhook_id": HOOK, "owner_id": owner, "name": "Mirror", "reason": GONE, "since": 43} | data
        if owner is None:
            del facts["owner_id"], facts["name"]
        return self.happens("webhook.disabled", at=at, version=1 if owner is None else 2, **facts)

    def happens(self, type: str, *, at: datetime | None = None, version: int = 1, **data: Any) -> StoredEvent:
        last = self.events[-1].position if self.events else 0
        position, self._jump = last + 1 + self._jump, 0
        event = StoredEvent(
            position=position, previous_position=last, stream=f"webhook-{HOOK}", version=len(self.events) + 1,
            event_id=uuid4(), type=type, schema_version=version, entity=f"webhook-{HOOK}", data=data,
            meta={"actor_id": None, "command_id": None, "request_id": None, "traceparent": None},
            recorded_at=at or datetime.now(UTC), hash="00",
        )  # fmt: skip
        self.events.append(event)
        return event

    def is_restored(self, events: int) -> None:
        """To the time of its first so many events; what happens next gets positions far ahead."""
        del self.events[events:]
        self.epoch += "+"
        self._jump = 1_000_000_000

    def head(self) -> Head:
        return Head(position=self.events[-1].position if self.events else 0, epoch=self.epoch)

    def events_after(self, position: int, limit: int) -> EventsPage:
        found = [event for event in self.events if event.position > position][:limit]
        return EventsPage(events=found, read_to=found[-1].position if found else position)

    def tally(self, position: int) -> Tally:
        held = [event.position for event in self.events if event.position <= position]
        return Tally(events=len(held), last=max(held, default=0), head=self.head().position, epoch=self.epoch)
