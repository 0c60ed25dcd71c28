"""
The set of deliveries as a function of two logs: the events of projects, and our own facts between them, of
subscriptions and of what was heard of accounts.

A fact that holds `since` a position comes after the event there and before the next one. So both logs are one line of
time, in which subscriptions, memberships and numbers are folded as they were.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from synergy_chassis.store import RecordedEvent
from synergy_contracts.envelope import StoredEvent
from synergy_webhooks.domain.audience import Project
from synergy_webhooks.domain.events import (
    DeliveryRepeated,
    EventsReplayed,
    UserHeard,
    WebhookDeleted,
    WebhookDisabled,
    WebhookTested,
)
from synergy_webhooks.domain.matching import matches
from synergy_webhooks.domain.subscription import Subscription, evolve
from synergy_webhooks.outbox import own, users
from synergy_webhooks.outbox.planned import Planned
from synergy_webhooks.policies.matching import PROJECT_STREAM, Match, matched, names, project_id
from synergy_webhooks.projections import codec


@dataclass(frozen=True, slots=True)
class Derived:
    """A delivery that there must be, with its number, and what its bytes are made of."""

    planned: Planned
    sequence: int | None
    source: StoredEvent | RecordedEvent
    about: Subscription


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replay that was asked for: of which subscription as it was, in which projects, which events, and when."""

    subscription: Subscription
    projects: frozenset[int]
    asked: EventsReplayed
    at: datetime

    def derived(self, event: StoredEvent) -> Derived | None:
        """The delivery that the replay meant to be made of the event, if it meant any."""
        if not event.stream.startswith(PROJECT_STREAM) or project_id(event) not in self.projects:
            return None
        if not names(self.subscription, event) or (self.asked.types and not matches(self.asked.types, event.type)):
            return None
        planned = Match(event, self.subscription).planned(numbered=False)
        return Derived(planned, None, event, self.subscription)


@dataclass(slots=True)
class Timeline:
    """What was at the moment that has been reached. `numbers` are how far each subscription has counted."""

    subscriptions: dict[UUID, Subscription] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)
    numbers: dict[UUID, int] = field(default_factory=dict)
    last_number_at: dict[UUID, datetime] = field(default_factory=dict)
    repeated: dict[UUID, datetime] = field(default_factory=dict)
    replays: list[Replayed] = field(default_factory=list)
    deleted: set[UUID] = field(default_factory=set)
    reached: int = 0
    _facts: list[tuple[int, Any, RecordedEvent]] = field(default_factory=list)
    _since: int = 0

    def learn(self, facts: Sequence[RecordedEvent]) -> None:
        """More of the facts, in their order; those before them are known."""
        for fact in facts:
            decoded = codec.decode(fact)
            self._since = max(self._since, decoded.since)  # lower while a restored log is followed anew
            self._facts.append((self._since, replace(decoded, since=self._since), fact))
            if isinstance(decoded, DeliveryRepeated):
                self.repeated[decoded.delivery_id] = fact.recorded_at
            if isinstance(decoded, WebhookDeleted):
                self.deleted.add(decoded.webhook_id)

    def take(self, events: Sequence[StoredEvent]) -> Iterator[Derived]:
        """What follows from the next events, and from the facts before each of them."""
        for event in events:
            yield from self._facts_before(event.position)
            self.reached = event.position
            if event.stream.startswith(PROJECT_STREAM):
                audience = self._project(project_id(event)).audience(event.type, event.data)
                for match in matched(event, audience, self._listening(audience)):
                    yield self._numbered(match.planned(), event, match.subscription)

    def end(self) -> Iterator[Derived]:
        """What follows from the facts after the last event."""
        yield from self._facts_before(self.reached + 1)

    def _facts_before(self, position: int) -> Iterator[Derived]:
        while self._facts and self._facts[0][0] < position:
            _, event, fact = self._facts.pop(0)
            yield from self._apply(event, fact)

    def _apply(self, event: Any, fact: RecordedEvent) -> Iterator[Derived]:
        if isinstance(event, UserHeard):
            for one in users.hearing(self._listening(frozenset(event.superusers)), event):
                yield self._numbered(users.planned(fact, event, one), fact, one)
            return
        webhook_id = event.webhook_id
        mine = self.subscriptions[webhook_id] = evolve(self.subscriptions.get(webhook_id), event)
        match event:
            case WebhookTested():
                yield Derived(own.planned(fact, mine, numbered=False), None, fact, mine)
            case WebhookDisabled():
                for one in self._listening(frozenset({mine.owner_id})):
                    if own.hears_of_others(one, mine, fact):
                        yield self._numbered(own.planned(fact, one, numbered=True), fact, mine)
            case EventsReplayed():
                member = frozenset(
                    project.project_id
                    for project in self.projects.values()
                    if mine.owner_id in project.roles and not project.trashed
                )
                self.replays.append(Replayed(mine, member, event, fact.recorded_at))

    def _numbered(self, planned: Planned, source: StoredEvent | RecordedEvent, about: Subscription) -> Derived:
        number = self.numbers[planned.webhook_id] = self.numbers.get(planned.webhook_id, 0) + 1
        self.last_number_at[planned.webhook_id] = planned.at
        return Derived(planned, number, source, about)

    def _project(self, project_id: int) -> Project:
        return self.projects.setdefault(project_id, Project(project_id))

    def _listening(self, owners: frozenset[int]) -> list[Subscription]:
        """In the order of the follower: by id."""
        found = (one for one in self.subscriptions.values() if one.owner_id in owners)
        return sorted(found, key=lambda one: one.webhook_id)
