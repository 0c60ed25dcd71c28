"""The log of deliveries, with the attempts that were made."""

import base64
import json
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from synergy_webhooks.domain.errors import DeliveryNotFound, InvalidParameter, WebhookNotFound
from synergy_webhooks.tables import OPEN, attempts, bodies, deliveries, endpoints, lanes, webhooks

COUNTED = 1_000
"""Lists are counted exactly up to here."""

_ORDER: Final = "-entry"
START: Final = "start"
"""The cursor of the beginning of the log."""


def list_deliveries(
    rows: Connection,
    webhook_id: UUID,
    owner_id: int,
    *,
    status: str | None,
    event_type: str | None,
    page: int,
    page_size: int,
    cursor: str | None = None,
) -> dict[str, Any]:
    """
    The deliveries of one of the user's subscriptions, newest first; with a `cursor` what comes after its place, counted
    from the first page on, and no `page`. Raises WebhookNotFound, InvalidParameter for a cursor of another list.
    """
    before = None if cursor is None else _begun_at(cursor)
    mine = select(webhooks.c.webhook_id).where(webhooks.c.webhook_id == webhook_id, webhooks.c.owner_id == owner_id)
    if rows.execute(mine).first() is None:
        raise WebhookNotFound
    wanted = deliveries.c.webhook_id == webhook_id
    if status is not None:
        wanted = and_(wanted, deliveries.c.status == status)
    if event_type is not None:
        wanted = and_(wanted, deliveries.c.event_type == event_type)
    beyond = wanted if before is None else and_(wanted, deliveries.c.entry < before)
    found = rows.execute(
        _delivery_views()
        .where(beyond)
        .order_by(deliveries.c.entry.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
    ).all()
    some = select(deliveries.c.delivery_id).where(wanted).limit(COUNTED + 1).subquery()
    count = rows.execute(select(func.count()).select_from(some)).scalar_one()
    further = _cursor_at(found[-1].entry) if len(found) == page_size else None
    return {
        "count": count if count <= COUNTED else None,
        "results": _delivery_list(rows, found),
        "cursor": further,
    }


def read_delivery(rows: Connection, delivery_id: UUID, owner_id: int) -> dict[str, Any]:
    """One delivery. Raises DeliveryNotFound, for others' as for unknown ones."""
    found = rows.execute(
        _delivery_views().where(deliveries.c.delivery_id == delivery_id, webhooks.c.owner_id == owner_id)
    ).all()
    if not found:
        raise DeliveryNotFound
    return _delivery_list(rows, found)[0]


def _begun_at(cursor: str) -> int | None:
    """The entry of the delivery that a cursor stands behind; None for the start. Raises InvalidParameter."""
    if cursor == START:
        return None
    try:
        told = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=tuple[str, int])
        if told[0] != _ORDER or not 0 < told[1] < 2**63:
            raise ValueError(_ORDER)
    except ValueError:
        raise InvalidParameter("cursor", "is not one of this list: take it from next, or begin with start") from None
    return told[1]


def _cursor_at(entry: int) -> str:
    """The cursor of what is older than this entry."""
    return base64.urlsafe_b64encode(msgspec.json.encode((_ORDER, entry))).rstrip(b"=").decode()


def _delivery_views() -> Select[Any]:
    until = func.greatest(endpoints.c.resume_at, lanes.c.rests_until)  # either may be null
    waits = case((deliveries.c.status.in_(OPEN), until), else_=None)
    return (
        select(deliveries, bodies.c.body, waits.label("resume_at"), _blocked_by().label("blocked_by"))
        .join(webhooks, webhooks.c.webhook_id == deliveries.c.webhook_id)
        .outerjoin(endpoints, and_(endpoints.c.webhook_id == deliveries.c.webhook_id, endpoints.c.failures > 0))
        .outerjoin(lanes, and_(lanes.c.webhook_id == deliveries.c.webhook_id, lanes.c.lane == deliveries.c.lane))
        .outerjoin(
            bodies,
            and_(bodies.c.event_id == deliveries.c.event_id, bodies.c.format == deliveries.c.format),
        )
    )


def _blocked_by() -> ColumnElement[UUID | None]:
    """The delivery at the head of its lane, where that is another one: this one waits for it."""
    head = deliveries.alias("head")
    same_lane = and_(head.c.webhook_id == deliveries.c.webhook_id, head.c.lane == deliveries.c.lane)
    first = (
        select(head.c.delivery_id)
        .where(same_lane, or_(head.c.status == "pending", head.c.status == "retrying"))
        .where(head.c.position < deliveries.c.position)
        .order_by(head.c.position)
        .limit(1)
        .scalar_subquery()
    )
    return case((deliveries.c.status.in_(OPEN), first), else_=None)


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
                "address": attempt.address,
                "key_id": attempt.key_id,
            }
        )
    return [
        {
            "id": row.delivery_id,
            "entry": row.entry,
            "webhook": row.webhook_id,
            "event_id": row.event_id,
            "event_type": row.event_type,
            "sequence": row.sequence,
            "status": row.status,
            "attempts": tried[row.delivery_id],
            "next_attempt_at": row.resume_at,
            "blocked_by": row.blocked_by,
            "payload": json.loads(row.body) if row.body else None,
            "created_at": row.created_at,
            "completed_at": row.completed_at,
        }
        for row in found
    ]
