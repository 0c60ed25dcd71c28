"""
What happens to a subscription, as stored facts.

Each fact holds `since`: the position in the projects store up to which deliveries had been derived when it was
committed. It holds for the events after that position, so the set of deliveries follows from the two logs alone.
Secrets are never part of an event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
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
    The subscription was switched off by us; `reason` is a sentence for its owner. Whose it is, and its `name` at that
    time, are told since schema version 2; None before.
    """

    webhook_id: UUID
    owner_id: int | None
    name: str | None
    reason: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDeleted:
    """The owner ended the subscription."""

    webhook_id: UUID
    since: int


Event: TypeAlias = WebhookCreated | WebhookUpdated | WebhookDisabled | WebhookDeleted

STORED_AS: Final[Mapping[str, type]] = {
    "webhook.created": WebhookCreated,
    "webhook.updated": WebhookUpdated,
    "webhook.disabled": WebhookDisabled,
    "webhook.deleted": WebhookDeleted,
}

SCHEMA_VERSIONS: Final[Mapping[str, int]] = {"webhook.disabled": 2}


def nobody_named(data: dict[str, Any]) -> dict[str, Any]:
    """`webhook.disabled` before it said whose."""
    return data | {"owner_id": None, "name": None}


UPCASTERS: Final = {("webhook.disabled", 1): nobody_named}
