"""
What happens to a subscription, as stored facts; and what happened to accounts, as it was heard between them.

Each fact holds `since`: the position in the projects store up to which deliveries had been derived when it was
committed. It holds for the events after that position, so the set of deliveries follows from the two logs alone.
Secrets are never part of an event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCreated:
    """A user subscribed a URL to events of the projects they belong to (or of `projects` alone)."""

    webhook_id: UUID
    owner_id: int
    name: str
    url: str
    events: tuple[str, ...]
    projects: tuple[int, ...]
    format: str
    ordered: bool
    is_active: bool
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookUpdated:
    """The owner changed fields; `changes` maps each to its new value."""

    webhook_id: UUID
    changes: dict[str, Any]
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDisabled:
    """
    The subscription was switched off by us, at the time `at`; `reason` is a sentence for its owner. Whose it is, and
    its `name` at that time, are told since schema version 2, the time since 3; None before.
    """

    webhook_id: UUID
    owner_id: int | None
    name: str | None
    reason: str
    at: datetime | None
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRotated:
    """A new secret signs; those before it sign beside it for `overlap_hours` more."""

    webhook_id: UUID
    overlap_hours: int
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTested:
    """The owner asked for a test delivery; this very event is what is delivered, to this subscription alone."""

    webhook_id: UUID
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRepeated:
    """The owner asked for one delivery again."""

    webhook_id: UUID
    delivery_id: UUID
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsReplayed:
    """
    The owner asked for the events of their projects after the position `after`, up to and with `upto`, that the
    subscription names, and of these only those that `types` cover, if any are given: again, or for the first time.
    """

    webhook_id: UUID
    after: int
    upto: int
    types: tuple[str, ...]
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed:
    """
    A delivery was given up at the time `at`, and its lane goes on. Stored where the owner is told: once in a day.
    """

    webhook_id: UUID
    owner_id: int
    name: str
    delivery_id: UUID
    event_type: str
    reason: str
    at: datetime
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDeleted:
    """The owner ended the subscription."""

    webhook_id: UUID
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserHeard:
    """
    An event of auth, of `type` and at `position` in its store: what happened to the account of a user at the time `at`,
    and which superusers it was told to then. `is_superuser` is what the rights became, where they changed.
    """

    event_id: UUID
    type: str
    user_id: int
    is_superuser: bool | None
    position: int
    at: datetime
    superusers: tuple[int, ...]
    since: int


Event: TypeAlias = (
    WebhookCreated
    | WebhookUpdated
    | WebhookDisabled
    | SecretRotated
    | WebhookTested
    | DeliveryRepeated
    | EventsReplayed
    | DeliveryFailed
    | WebhookDeleted
)

STORED_AS: Final[Mapping[str, type]] = {
    "webhook.created": WebhookCreated,
    "webhook.updated": WebhookUpdated,
    "webhook.disabled": WebhookDisabled,
    "webhook.secret_rotated": SecretRotated,
    "webhook.tested": WebhookTested,
    "webhook.delivery_repeated": DeliveryRepeated,
    "webhook.replayed": EventsReplayed,
    "webhook.delivery_failed": DeliveryFailed,
    "webhook.deleted": WebhookDeleted,
    "user.heard": UserHeard,
}

SCHEMA_VERSIONS: Final[Mapping[str, int]] = {"webhook.disabled": 3}


def nobody_named(data: dict[str, Any]) -> dict[str, Any]:
    """`webhook.disabled` before it said whose."""
    return data | {"owner_id": None, "name": None}


def no_time(data: dict[str, Any]) -> dict[str, Any]:
    """`webhook.disabled` before it said when."""
    return data | {"at": None}


UPCASTERS: Final = {("webhook.disabled", 1): nobody_named, ("webhook.disabled", 2): no_time}
