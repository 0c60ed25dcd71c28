"""One function a question; answers are shaped like the contract's views."""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, case, func, select

from synergy_webhooks.domain.errors import DeliveryNotFound, WebhookNotFound
from synergy_webhooks.domain.subscription import Subscription
from synergy_webhooks.tables import (
    OPEN,
    attempts,
    bodies,
    deliveries,
    endpoints,
    lanes,
    memberships,
    sequences,
    trashed_projects,
    webhooks,
)
from synergy_webhooks.tables import (
    senders as senders_table,
)

LIVING = timedelta(seconds=10)
"""A sender whose last heartbeat is older does not live."""

COUNTED = 1_000
"""Lists are counted exactly up to here."""


def subscription(rows: Connection, webhook_id: UUID) -> Subscription | None:
    """The subscription as it is now, or None."""
    row = rows.execute(select(webhooks).where(webhooks.c.webhook_id == webhook_id)).first()
    return _state(row) if row else None


def active_subscriptions(rows: Connection, owners: Iterable[int]) -> list[Subscription]:
    """The subscriptions of these users that are on, oldest first."""
    found = rows.execute(
        select(webhooks)
        .where(webhooks.c.owner_id.in_(sorted(owners)), webhooks.c.is_active)
        .order_by(webhooks.c.webhook_id)
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


def read_webhook(rows: Connection, webhook_id: UUID, owner_id: int) -> dict[str, Any]:
    """The view of one subscription. Raises WebhookNotFound, for others' as for unknown ones."""
    wanted = and_(webhooks.c.webhook_id == webhook_id, webhooks.c.owner_id == owner_id)
    row = rows.execute(_webhook_views().where(wanted)).first()
    if row is None:
        raise WebhookNotFound
    return _webhook_view(row)


def list_webhooks(
    rows: Connection, owner_id: int, *, is_active: bool | None, page: int, page_size: int
) -> dict[str, Any]:
    """The user's subscriptions, oldest first."""
    wanted = webhooks.c.owner_id == owner_id
    if is_active is not None:
        wanted = and_(wanted, webhooks.c.is_active == is_active)
    found = rows.execute(
        _webhook_views()
        .where(wanted)
        .order_by(webhooks.c.created_at, webhooks.c.webhook_id)
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    count = rows.execute(select(func.count()).select_from(webhooks).where(wanted)).scalar_one()
    return {"count": count, "results": [_webhook_view(row) for row in found]}


def list_deliveries(
    rows: Connection,
    webhook_id: UUID,
    owner_id: int,
    *,
    status: str | None,
    event_type: str | None,
    page: int,
    page_size: int,
) -> dict[str, Any]:
    """The deliveries of one of the user's subscriptions, newest first. Raises WebhookNotFound."""
    mine = select(webhooks.c.webhook_id).where(webhooks.c.webhook_id == webhook_id, webhooks.c.owner_id == owner_id)
    if rows.execute(mine).first() is None:
        raise WebhookNotFound
    wanted = deliveries.c.webhook_id == webhook_id
    if status is not None:
        wanted = and_(wanted, deliveries.c.status == status)
    if event_type is not None:
        wanted = and_(wanted, deliveries.c.event_type == event_type)
    found = rows.execute(
        _delivery_views()
        .where(wanted)
        .order_by(deliveries.c.sequence.desc(), deliveries.c.delivery_id)
        .limit(page_size)
        .offset((page - 1) * page_size)
    ).all()
    some = select(deliveries.c.delivery_id).where(wanted).limit(COUNTED + 1).subquery()
    count = rows.execute(select(func.count()).select_from(some)).scalar_one()
    return {"count": count if count <= COUNTED else None, "results": _delivery_list(rows, found)}


def read_delivery(rows: Connection, delivery_id: UUID, owner_id: int) -> dict[str, Any]:
    """One delivery. Raises DeliveryNotFound, for others' as for unknown ones."""
    found = rows.execute(
        _delivery_views().where(deliveries.c.delivery_id == delivery_id, webhooks.c.owner_id == owner_id)
    ).all()
    if not found:
        raise DeliveryNotFound
    return _delivery_list(rows, found)[0]


def senders(rows: Connection) -> tuple[int, int]:
    """How many sender processes live, and how many deliveries wait for one."""
    living = select(func.count()).where(senders_table.c.seen_at > func.clock_timestamp() - LIVING).scalar_subquery()
    waiting = select(func.coalesce(func.sum(lanes.c.pending), 0)).scalar_subquery()
    row = rows.execute(select(living, waiting)).one()
    return int(row[0]), int(row[1])


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
    )


def _webhook_views() -> Select[Any]:
    """
    Subscriptions with their statistics, from what is kept anyway: all are counted by `sequences`, waiting ones by
    `lanes`,
    failed and cancelled ones by a small index; the rest succeeded.
    """
    ended = deliveries.alias("ended")

    def number(status: str) -> Any:
        return (
            select(func.count())
            .where(ended.c.webhook_id == webhooks.c.webhook_id, ended.c.status == status)
            .scalar_subquery()
        )

    waiting = (
        select(func.coalesce(func.sum(lanes.c.pending), 0))
        .where(lanes.c.webhook_id == webhooks.c.webhook_id)
        .scalar_subquery()
    )
    return (
        select(
            webhooks,
            sequences.c.last_sequence,
            sequences.c.last_triggered_at,
            endpoints.c.failures,
            number("failed").label("failed"),
            number("cancelled").label("cancelled"),
            waiting.label("waiting"),
        )
        .outerjoin(sequences, sequences.c.webhook_id == webhooks.c.webhook_id)
        .outerjoin(endpoints, endpoints.c.webhook_id == webhooks.c.webhook_id)
    )


def _webhook_view(row: Row[Any]) -> dict[str, Any]:
    total = row.last_sequence or 0
    return {
        "id": row.webhook_id,
        "name": row.name,
        "url": row.url,
        "events": list(row.events),
        "secret": None,
        "is_active": row.is_active,
        "projects": list(row.projects),
        "format": row.format,
        "ordered": row.ordered,
        "created_at": row.created_at,
        "total_deliveries": total,
        "successful_deliveries": total - row.failed - row.cancelled - int(row.waiting),
        "failed_deliveries": row.failed,
        "last_triggered_at": row.last_triggered_at,
        "health": _health(row, total),
    }


def _health(row: Row[Any], total: int) -> str:
    """
    `disabled` by us, `paused` by its owner, `failing` since its last attempt, `unused` before its first event,
    `healthy`.
    """
    if not row.is_active:
        return "disabled" if row.disabled_reason else "paused"
    if row.failures:
        return "failing"
    return "healthy" if total else "unused"


def _delivery_views() -> Select[Any]:
    waits = case((deliveries.c.status.in_(OPEN), endpoints.c.resume_at), else_=None)
    return (
        select(deliveries, bodies.c.body, waits.label("resume_at"))
        .join(webhooks, webhooks.c.webhook_id == deliveries.c.webhook_id)
        .outerjoin(endpoints, and_(endpoints.c.webhook_id == deliveries.c.webhook_id, endpoints.c.failures > 0))
        .outerjoin(
            bodies,
            and_(bodies.c.event_id == deliveries.c.event_id, bodies.c.format == deliveries.c.format),
        )
    )


def _delivery_list(rows: Connection, found: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """The views of deliveries, with the attempts of all of them read at once."""
    tried: dict[UUID, list[dict[str, Any]]] = {row.delivery_id: [] for row in found}
    for attempt in rows.execute(
        select(attempts)
        .where(attempts.c.delivery_id.in_(list(tried)))
        .order_by(attempts.c.delivery_id, attempts.c.number)
    ):
        tried[attempt.delivery_id].append(
            {
                "at": attempt.at,
                "status_code": attempt.status_code,
                "duration_ms": attempt.duration_ms,
                "error": attempt.error,
                "response_body": attempt.response_body,
            }
        )
    return [
        {
            "id": row.delivery_id,
            "webhook": row.webhook_id,
            "event_id": row.event_id,
            "event_type": row.event_type,
            "sequence": row.sequence,
            "status": row.status,
            "attempts": tried[row.delivery_id],
            "next_attempt_at": row.resume_at,
            "payload": json.loads(row.body) if row.body else {},
            "created_at": row.created_at,
            "completed_at": row.completed_at,
        }
        for row in found
    ]
