"""What an owner asks of a subscription beside changing it, and what its owner is told: the facts that follow."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from synergy_webhooks.domain.commands import NoteFailure, PingWebhook, ReplayEvents, RotateSecret
from synergy_webhooks.domain.decide import owned_by
from synergy_webhooks.domain.errors import RangeRefused, UnknownReplayType, WebhookInactive
from synergy_webhooks.domain.events import (
    DeliveryFailed,
    DeliveryRepeated,
    EventsReplayed,
    SecretRotated,
    WebhookTested,
)
from synergy_webhooks.domain.matching import unknown
from synergy_webhooks.domain.subscription import Subscription

TOLD_AGAIN_AFTER: Final = timedelta(days=1)
"""A webhook's owner is told of a delivery that was given up once in this time; the log of deliveries has them all."""


def rotate_secret(subscription: Subscription | None, command: RotateSecret, *, since: int) -> list[SecretRotated]:
    """Only the owner may change secrets. Raises WebhookNotFound."""
    owned_by(subscription, command.owner_id)
    return [SecretRotated(webhook_id=command.webhook_id, overlap_hours=command.overlap_hours, since=since)]


def ping_webhook(subscription: Subscription | None, command: PingWebhook, *, since: int) -> list[WebhookTested]:
    """Raises WebhookNotFound, WebhookInactive."""
    require_active(owned_by(subscription, command.owner_id))
    return [WebhookTested(webhook_id=command.webhook_id, since=since)]


def repeat_delivery(
    subscription: Subscription | None, delivery_id: UUID, *, owner_id: int, waits: bool, since: int
) -> list[DeliveryRepeated]:
    """What waits to be sent anyhow is not sent twice. Raises WebhookNotFound, WebhookInactive."""
    mine = owned_by(subscription, owner_id)
    require_active(mine)
    return [] if waits else [DeliveryRepeated(webhook_id=mine.webhook_id, delivery_id=delivery_id, since=since)]


def replay_events(
    subscription: Subscription | None, command: ReplayEvents, *, after: int, upto: int, found: int, since: int
) -> list[EventsReplayed]:
    """Where nothing was `found` nothing happened. Raises WebhookNotFound, WebhookInactive."""
    require_active(owned_by(subscription, command.owner_id))
    if not found:
        return []
    return [
        EventsReplayed(webhook_id=command.webhook_id, after=after, upto=upto, types=tuple(command.types), since=since)
    ]


def delivery_failed(
    subscription: Subscription | None, command: NoteFailure, *, since: int, now: datetime
) -> list[DeliveryFailed]:
    """Nothing, if the owner was told within a day, or the subscription is gone."""
    if subscription is None or subscription.deleted:
        return []
    told = subscription.failure_told_at
    if told is not None and now < told + TOLD_AGAIN_AFTER:
        return []
    return [
        DeliveryFailed(
            webhook_id=command.webhook_id,
            owner_id=subscription.owner_id,
            name=subscription.name,
            delivery_id=command.delivery_id,
            event_type=command.event_type,
            reason=command.reason,
            at=now,
            since=since,
        )
    ]


def require_active(subscription: Subscription) -> None:
    """Raises WebhookInactive."""
    if not subscription.is_active:
        raise WebhookInactive


def require_range(command: ReplayEvents, catalogue: Collection[str]) -> None:
    """Raises RangeRefused unless it begins in exactly one way and not after it ends; UnknownReplayType."""
    if (command.from_position is None) == (command.since is None):
        raise RangeRefused("/from_position", "Say where to begin: either from_position or since.")
    end = command.to
    if isinstance(end, int) and command.from_position is not None and end < command.from_position:
        raise RangeRefused("/to", "It ends before it begins.")
    if isinstance(end, datetime) and command.since is not None and end < command.since:
        raise RangeRefused("/to", "It ends before it begins.")
    for index in unknown(command.types, catalogue):
        raise UnknownReplayType(index, command.types[index])
