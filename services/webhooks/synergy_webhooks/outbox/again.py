"""Deliveries that have ended are sent once more, under the same ids."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from synergy_webhooks.outbox.rows import open_lanes, wake
from synergy_webhooks.tables import OPEN, deliveries, endpoints, lanes


def ended(rows: Connection, webhook_id: UUID, event_ids: Collection[UUID]) -> set[UUID]:
    """The events among these whose deliveries to this subscription are neither waiting nor still to be made."""
    return {event_id for event_id, status in known(rows, webhook_id, event_ids).items() if status not in OPEN}


def known(rows: Connection, webhook_id: UUID, event_ids: Collection[UUID]) -> dict[UUID, str]:
    """The status of what was made of these events for this subscription, by event."""
    wanted = select(deliveries.c.event_id, deliveries.c.status).where(
        deliveries.c.webhook_id == webhook_id, deliveries.c.event_id.in_(event_ids)
    )
    return {row.event_id: row.status for row in rows.execute(wanted)}


def send_again(rows: Connection, webhook_id: UUID, event_ids: Collection[UUID], *, now: datetime) -> None:
    """
    Deliveries of these events that have ended wait again, with all their attempts before them; those that wait anyhow
    are left alone. The subscription's stream is to be locked: nobody else begins them again meanwhile.
    """
    over = (
        (deliveries.c.webhook_id == webhook_id)
        & deliveries.c.event_id.in_(event_ids)
        & deliveries.c.status.not_in(OPEN)
    )
    waiting = [(webhook_id, row.lane) for row in rows.execute(select(deliveries.c.lane).where(over))]
    open_lanes(rows, waiting, ready_at=now)
    rows.execute(
        update(deliveries)
        .where(over)
        .values(
            status="pending",
            tried_before=deliveries.c.attempts,
            refusals=0,
            first_failed_at=None,
            completed_at=None,
        )
    )
    wake(rows)


def try_at_once(rows: Connection, webhook_id: UUID, *, now: datetime) -> None:
    """An endpoint that rests is tried now. Its failures are not forgotten."""
    rests = (endpoints.c.webhook_id == webhook_id) & (endpoints.c.resume_at > now)
    rows.execute(update(endpoints).where(rests).values(resume_at=now))
    resting = (lanes.c.webhook_id == webhook_id) & (lanes.c.rests_until > now)
    rows.execute(update(lanes).where(resting).values(rests_until=now))
    wake(rows)
