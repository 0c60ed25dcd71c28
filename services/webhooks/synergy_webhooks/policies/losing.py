"""What is no more after the projects store was restored to an earlier time."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, select, tuple_, update

from synergy_webhooks.outbox.planned import PROJECTS
from synergy_webhooks.tables import OPEN, deliveries, lanes


def cancel_lost(rows: Connection, after: int, *, now: datetime) -> None:
    """
    Nobody is told any more of events after the position `after`: their waiting deliveries are cancelled.

    What was sent stays on record.
    """
    lost = (deliveries.c.source == PROJECTS) & (deliveries.c.position > after) & deliveries.c.status.in_(OPEN)
    concerned = select(deliveries.c.webhook_id, deliveries.c.lane).where(lost)
    held = (
        select(lanes.c.webhook_id, lanes.c.lane)
        .where(tuple_(lanes.c.webhook_id, lanes.c.lane).in_(concerned))
        .order_by(lanes.c.webhook_id, lanes.c.lane)
        .with_for_update()
    )
    waiting_in = [tuple(row) for row in rows.execute(held)]
    rows.execute(update(deliveries).where(lost).values(status="cancelled", completed_at=now))
    still = (
        select(func.count())
        .where(
            deliveries.c.webhook_id == lanes.c.webhook_id,
            deliveries.c.lane == lanes.c.lane,
            deliveries.c.status.in_(OPEN),
        )
        .scalar_subquery()
    )
    if waiting_in:
        there = tuple_(lanes.c.webhook_id, lanes.c.lane).in_(waiting_in)
        rows.execute(update(lanes).where(there).values(pending=still))
        rows.execute(delete(lanes).where(there, lanes.c.pending == 0, lanes.c.leased_by.is_(None)))
