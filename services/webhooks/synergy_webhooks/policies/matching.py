"""Which subscriptions asked for which events, at the follower's position."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from synergy_contracts.envelope import StoredEvent
from synergy_webhooks import queries
from synergy_webhooks.domain.matching import matches
from synergy_webhooks.domain.subscription import Subscription
from synergy_webhooks.outbox.planned import PROJECTS, Planned

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

    def planned(self, *, numbered: bool = True) -> Planned:
        """The delivery that is to be made of it."""
        return Planned(
            webhook_id=self.webhook_id,
            source=PROJECTS,
            position=self.event.position,
            stream=self.event.stream,
            event_id=self.event.event_id,
            event_type=self.event.type,
            at=self.event.recorded_at,
            format=self.subscription.format,
            ordered=self.subscription.ordered,
            numbered=numbered,
            traceparent=self.event.meta.get("traceparent"),
        )


def project_id(event: StoredEvent) -> int:
    """The project in whose stream the event is."""
    return int(event.stream.removeprefix(PROJECT_STREAM))


def find(rows: Connection, heard: Sequence[tuple[StoredEvent, frozenset[int]]]) -> list[Match]:
    """The matches of the events with those who hear them, in the order of the events."""
    owners = frozenset[int]().union(*(audience for _, audience in heard))
    subscriptions = queries.listening_subscriptions(rows, owners) if owners else []
    return [match for event, audience in heard for match in matched(event, audience, subscriptions)]


def matched(event: StoredEvent, audience: frozenset[int], subscriptions: Iterable[Subscription]) -> Iterator[Match]:
    """The event with each of these subscriptions that asked for it and whose owner hears it."""
    for subscription in subscriptions:
        if (
            subscription.owner_id in audience
            and subscription.hears(event.position, event.recorded_at)
            and names(subscription, event)
        ):
            yield Match(event, subscription)


def names(subscription: Subscription, event: StoredEvent) -> bool:
    """Whether the subscription asks for such an event, whoever hears it."""
    in_scope = not subscription.projects or project_id(event) in subscription.projects
    return in_scope and matches(subscription.events, event.type)
