"""A subscription and how its facts change it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, assert_never
from uuid import UUID

from synergy_webhooks.domain.events import (
    DeliveryFailed,
    DeliveryRepeated,
    Event,
    EventsReplayed,
    SecretRotated,
    WebhookCreated,
    WebhookDeleted,
    WebhookDisabled,
    WebhookTested,
    WebhookUpdated,
)

CHANGEABLE: Final = ("name", "url", "events", "is_active", "projects", "format", "ordered")
"""Fields that an update may name."""

CATCHES_UP: Final = timedelta(days=30)
"""What happens within this time after we switched a subscription off is kept for the moment it is switched on again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """
    Where to send which events. `projects` empty means all the owner's; `ordered` keeps the events of one project in
    order.

    It hears the events after `begins_after`, a position in the projects store; `disabled_reason` says why we switched
    it off, `disabled_at` when. `failure_told_at` is when its owner was told last that a delivery was given up.
    `revision` is the version of the last fact that changed one of the fields that an update may name.
    """

    webhook_id: UUID
    owner_id: int
    name: str
    url: str
    events: tuple[str, ...]
    projects: tuple[int, ...]
    format: str
    ordered: bool
    is_active: bool
    begins_after: int
    disabled_reason: str | None = None
    disabled_at: datetime | None = None
    failure_told_at: datetime | None = None
    revision: int = 0
    deleted: bool = False

    def hears(self, position: int, at: datetime) -> bool:
        """
        Whether what happened then, after the event at `position` or with it, is for this subscription: it is on, or it
        was we who switched it off, a short time before. Paused by its owner it hears nothing.
        """
        if position <= self.begins_after or self.deleted:
            return False
        if self.is_active:
            return True
        return self.disabled_reason is not None and (self.disabled_at is None or at < self.disabled_at + CATCHES_UP)


def evolve(subscription: Subscription | None, event: Event, *, version: int = 0) -> Subscription:
    """The subscription after the fact of this version. History already happened, so nothing is refused."""
    if isinstance(event, WebhookCreated):
        return Subscription(
            webhook_id=event.webhook_id,
            owner_id=event.owner_id,
            name=event.name,
            url=event.url,
            events=event.events,
            projects=event.projects,
            format=event.format,
            ordered=event.ordered,
            is_active=event.is_active,
            begins_after=event.since,
            revision=version,
        )
    if subscription is None:
        raise ValueError("The first fact of a subscription is that it was created.")
    match event:
        case WebhookUpdated(changes=changes):
            changed = replace(subscription, **_typed(changes), revision=version)
            return replace(changed, disabled_reason=None, disabled_at=None) if changed.is_active else changed
        case WebhookDisabled(reason=reason, at=at):
            return replace(subscription, is_active=False, disabled_reason=reason, disabled_at=at, revision=version)
        case DeliveryFailed(at=at):
            return replace(subscription, failure_told_at=at)
        case SecretRotated() | WebhookTested() | DeliveryRepeated() | EventsReplayed():
            return subscription
        case WebhookDeleted():
            return replace(subscription, is_active=False, deleted=True)
        case _:
            assert_never(event)


def _typed(changes: dict[str, Any]) -> dict[str, Any]:
    """Lists, as JSON keeps them, as the tuples of the dataclass."""
    return {field: tuple(value) if isinstance(value, list) else value for field, value in changes.items()}
