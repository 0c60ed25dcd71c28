"""Subscriptions as the commands and the follower read them, and what they are decided on."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select

from synergy_webhooks.domain.subscription import Subscription
from synergy_webhooks.tables import memberships, trashed_projects, webhooks


def subscription(rows: Connection, webhook_id: UUID) -> Subscription | None:
    """The subscription as it is now, or None."""
    row = rows.execute(select(webhooks).where(webhooks.c.webhook_id == webhook_id)).first()
    return _state(row) if row else None


def listening_subscriptions(rows: Connection, owners: Iterable[int]) -> list[Subscription]:
    """The subscriptions of these users that are on, or that we switched off, oldest first."""
    listening = or_(webhooks.c.is_active, webhooks.c.disabled_reason.is_not(None))
    found = rows.execute(
        select(webhooks).where(webhooks.c.owner_id.in_(sorted(owners)), listening).order_by(webhooks.c.webhook_id)
    )
    return [_state(row) for row in found]


def owned(rows: Connection, owner_id: int) -> int:
    """How many subscriptions the user has."""
    return rows.execute(select(func.count()).where(webhooks.c.owner_id == owner_id)).scalar_one()


def memberships_of(rows: Connection, user_id: int) -> frozenset[int]:
    """Projects that the user belongs to, those in the trash left out."""
    trashed = select(trashed_projects.c.project_id)
    found = rows.execute(
        select(memberships.c.project_id).where(
            memberships.c.user_id == user_id, memberships.c.project_id.not_in(trashed)
        )
    )
    return frozenset(found.scalars())


def _state(row: Row[Any]) -> Subscription:
    return Subscription(
        webhook_id=row.webhook_id,
        owner_id=row.owner_id,
        name=row.name,
        url=row.url,
        events=tuple(row.events),
        projects=tuple(row.projects),
        format=row.format,
        ordered=row.ordered,
        is_active=row.is_active,
        begins_after=row.begins_after,
        disabled_reason=row.disabled_reason,
        disabled_at=row.disabled_at,
        failure_told_at=row.failure_told_at,
        revision=row.revision,
    )
