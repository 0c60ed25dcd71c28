"""A delivery that is to be made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

PROJECTS: Final = "projects"
"""Source of deliveries that follow from the events of projects; `position` is theirs."""

WEBHOOKS: Final = "webhooks"
"""Source of deliveries that follow from a subscription's own facts; `position` is the version in its stream."""

AUTH: Final = "auth"
"""Source of deliveries that follow from the events of auth, as they were heard; `position` is theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """
    One event on its way to one subscription. `stream` is whose order counts, if it is `ordered`; without `numbered` it
    takes no number of the subscription's. It belongs to the trace of `traceparent`, if there is one.
    """

    webhook_id: UUID
    source: str
    position: int
    stream: str
    event_id: UUID
    event_type: str
    at: datetime
    format: str
    ordered: bool
    numbered: bool = True
    traceparent: str | None = None

    @property
    def delivery_id(self) -> UUID:
        """Follows from subscription and event alone, so deriving again gives the same deliveries."""
        return uuid5(self.webhook_id, str(self.event_id))

    @property
    def lane(self) -> str:
        """What must keep its order: the events of one stream, or nothing but itself."""
        return self.stream if self.ordered else str(self.delivery_id)
