"""Which subscriptions asked for which events, at the follower's position."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import Connection

from synergy_contracts.envelope import StoredEvent
from synergy_webhooks import queries
from synergy_webhooks.domain.matching import matches
from synergy_webhooks.domain.subscription import Subscription

PROJECT_STREAM: Final = "project-"


@dataclass(frozen=True, slots=True)
class Match:
    """An event and a subscription that asked for it."""

    event: StoredEvent
    subscription: Subscription

    @property
    def webhook_id(self) -> UUID:
        """The subscription's id."""
        return self.subscription.webhook_id

    @property
    def delivery_id(self) -> UUID:
        """Follows from subscription and event alone, so deriving again gives the same deliveries."""
        return uuid5(self.webhook_id, str(self.event.event_id))

    @property
    def lane(self) -> str:
        """What must keep its order: the events of one project, or nothing but itself."""
        return self.event.stream if self.subscription.ordered else str(self.delivery_id)


def project_id(event: StoredEvent) -> int:
    """The project in whose stream the event is."""
    return int(event.stream.removeprefix(PROJECT_STREAM))


def find(rows: Connection, heard: Sequence[tuple[StoredEvent, frozenset[int]]]) -> Iterator[Match]:
    """The matches of the events with those who hear them, in the order of the events."""
    owners = frozenset[int]().union(*(audience for _, audience in heard))
    subscriptions = queries.active_subscriptions(rows, owners) if owners else []
    for event, audience in heard:
        for subscription in subscriptions:
            if (
                subscription.owner_id in audience
                and event.position > subscription.begins_after
                and (not subscription.projects or project_id(event) in subscription.projects)
                and matches(subscription.events, event.type)
            ):
                yield Match(event, subscription)
