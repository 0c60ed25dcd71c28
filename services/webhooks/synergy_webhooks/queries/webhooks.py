"""Webhooks as their owners see them, with statistics and health."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, select

from synergy_webhooks.domain.errors import WebhookNotFound
from synergy_webhooks.tables import OPEN, deliveries, endpoints, lanes, sequences, webhooks


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


def _webhook_views() -> Select[Any]:
    """
    Subscriptions with their statistics, from what is kept anyway: all are counted by `sequences`, waiting ones by
    `lanes`, failed and cancelled ones by a small index; the rest succeeded. Tests and replays do not count.
    """
    ended = deliveries.alias("ended")

    def number(status: str) -> Any:
        return (
            select(func.count())
            .where(ended.c.webhook_id == webhooks.c.webhook_id, ended.c.status == status, ended.c.sequence.is_not(None))
            .scalar_subquery()
        )

    waiting = (
        select(func.coalesce(func.sum(lanes.c.pending), 0))
        .where(lanes.c.webhook_id == webhooks.c.webhook_id)
        .scalar_subquery()
    )
    unnumbered = (
        select(func.count())
        .where(ended.c.webhook_id == webhooks.c.webhook_id, ended.c.sequence.is_(None), ended.c.status.in_(OPEN))
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
            (waiting - unnumbered).label("waiting"),
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
        "revision": row.revision,
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
