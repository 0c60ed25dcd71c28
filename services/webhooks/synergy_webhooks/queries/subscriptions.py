"""Subscriptions as the commands and the follower read them, and what they are decided on."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Connection, RowMapping, any_, bindparam, func, or_, select

from synergy_chassis.store import Constant
from synergy_webhooks.domain.subscription import Subscription
from synergy_webhooks.tables import memberships, told_sources, trashed_projects, webhooks

_FIELDS: Final = [field.name for field in fields(Subscription) if field.name in webhooks.c]
_LISTENING: Final = Constant(
    select(webhooks)
    .where(
        webhooks.c.owner_id == any_(bindparam("owners", type_=ARRAY(BigInteger))),
        or_(webhooks.c.is_active, webhooks.c.disabled_reason.is_not(None)),
    )
    .order_by(webhooks.c.webhook_id)
)


def subscription(rows: Connection, webhook_id: UUID) -> Subscription | None:
    """The subscription as it is now, or None."""
    row = rows.execute(select(webhooks).where(webhooks.c.webhook_id == webhook_id)).first()
    return _state(row._mapping) if row else None


def listening_subscriptions(rows: Connection, owners: Iterable[int]) -> list[Subscription]:
    """The subscriptions of these users that are on, or that we switched off, oldest first."""
    return [_state(row) for row in _LISTENING.rows(rows, {"owners": sorted(owners)})]


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


def told_since(rows: Connection, source: str) -> datetime:
    """Of what this service recorded before, nobody is told."""
    since: datetime = rows.execute(select(told_sources.c.since).where(told_sources.c.source == source)).scalar_one()
    return since


def _state(row: Mapping[str, Any] | RowMapping) -> Subscription:
    known = {name: row[name] for name in _FIELDS}
    return Subscription(**known | {"events": tuple(row["events"]), "projects": tuple(row["projects"])})
