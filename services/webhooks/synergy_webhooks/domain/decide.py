"""(subscription, command, position) → facts. Refusals are raised; asking for what already is yields nothing."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from synergy_webhooks.domain.commands import CreateWebhook, DeleteWebhook, DisableWebhook, UpdateWebhook
from synergy_webhooks.domain.errors import (
    BlankName,
    ForSuperusers,
    NotAMember,
    PreconditionFailed,
    TooManyWebhooks,
    UnknownEventType,
    UnprintableName,
    WebhookNotFound,
)
from synergy_webhooks.domain.events import WebhookCreated, WebhookDeleted, WebhookDisabled, WebhookUpdated
from synergy_webhooks.domain.matching import Catalogue, unknown
from synergy_webhooks.domain.subscription import CHANGEABLE, Subscription

MAX_WEBHOOKS = 200
"""Subscriptions one user may have."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Ends a line, steers a terminal, or makes text run another way than it reads."""


def create_webhook(
    command: CreateWebhook, *, owned: int, since: int, catalogue: Catalogue, memberships: Collection[int]
) -> list[WebhookCreated]:
    """Refuses the 201st subscription, a bad name, unknown event types, and projects without the owner in them."""
    require_name(command.name)
    if owned >= MAX_WEBHOOKS:
        raise TooManyWebhooks(MAX_WEBHOOKS)
    require_known(command.events, catalogue, superuser=command.superuser)
    require_member(command.projects, memberships)
    return [
        WebhookCreated(
            webhook_id=command.webhook_id,
            owner_id=command.owner_id,
            name=command.name,
            url=command.url,
            events=command.events,
            projects=command.projects,
            format=command.format,
            ordered=command.ordered,
            is_active=command.is_active,
            since=since,
        )
    ]


def update_webhook(
    subscription: Subscription | None,
    command: UpdateWebhook,
    *,
    since: int,
    catalogue: Catalogue,
    memberships: Collection[int],
) -> list[WebhookUpdated]:
    """Only fields that get another value are told; projects already in the filter need no membership."""
    mine = owned_by(subscription, command.owner_id)
    unchanged(mine, command.if_match)
    current = {field: getattr(mine, field) for field in CHANGEABLE}
    changes: dict[str, Any] = {f: value for f, value in command.changes.items() if current[f] != value}
    if "name" in changes:
        require_name(changes["name"])
    if "events" in changes:
        require_known(changes["events"], catalogue, superuser=command.superuser)
    if "projects" in changes:
        require_member(changes["projects"], {*memberships, *mine.projects})
    if not changes:
        return []
    return [WebhookUpdated(webhook_id=command.webhook_id, changes=changes, since=since)]


def delete_webhook(subscription: Subscription | None, command: DeleteWebhook, *, since: int) -> list[WebhookDeleted]:
    """Only the owner may end a subscription."""
    unchanged(owned_by(subscription, command.owner_id), command.if_match)
    return [WebhookDeleted(webhook_id=command.webhook_id, since=since)]


def disable_webhook(
    subscription: Subscription | None, command: DisableWebhook, *, since: int, now: datetime
) -> list[WebhookDisabled]:
    """Nothing happens to a subscription that is gone or off already."""
    if subscription is None or not subscription.is_active:
        return []
    return [
        WebhookDisabled(
            webhook_id=command.webhook_id,
            owner_id=subscription.owner_id,
            name=subscription.name,
            reason=command.reason,
            at=now,
            since=since,
        )
    ]


def owned_by(subscription: Subscription | None, owner_id: int) -> Subscription:
    """The subscription, if it is this user's. Raises WebhookNotFound, for others as for unknown ones."""
    if subscription is None or subscription.deleted or subscription.owner_id != owner_id:
        raise WebhookNotFound
    return subscription


def unchanged(subscription: Subscription, if_match: Collection[int] | None) -> None:
    """Raises PreconditionFailed if it is of another revision than whoever asks has seen. None: that is no matter."""
    if if_match is not None and subscription.revision not in if_match:
        raise PreconditionFailed


def require_name(name: str) -> None:
    """Raises BlankName if there is nothing but space in it, UnprintableName for control characters."""
    if not name.strip():
        raise BlankName
    if _CONTROL.search(name):
        raise UnprintableName


def require_known(patterns: Sequence[str], catalogue: Catalogue, *, superuser: bool) -> None:
    """Raises UnknownEventType for the first pattern that covers nothing, ForSuperusers if it does for them."""
    for index in unknown(patterns, catalogue.open_to(superuser=superuser)):
        if unknown([patterns[index]], catalogue.superusers):
            raise UnknownEventType(index, patterns[index])
        raise ForSuperusers(index, patterns[index])


def require_member(projects: Sequence[int], memberships: Collection[int]) -> None:
    """Raises NotAMember for the first project outside the memberships."""
    for index, project_id in enumerate(projects):
        if project_id not in memberships:
            raise NotAMember(index, project_id)
