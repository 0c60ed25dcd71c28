"""What of the sending is asked: the processes that live, the bytes that are kept."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, func, select

from synergy_webhooks.tables import bodies, lanes
from synergy_webhooks.tables import senders as senders_table

LIVING = timedelta(seconds=10)
"""A sender whose last heartbeat is older does not live."""


def bodies_kept(rows: Connection, wanted: Sequence[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Those of these events and formats whose bytes are there."""
    held = select(bodies.c.event_id, bodies.c.format).where(bodies.c.event_id.in_({event_id for event_id, _ in wanted}))
    return {(row.event_id, row.format) for row in rows.execute(held)} & set(wanted)


def senders(rows: Connection) -> tuple[int, int]:
    """How many sender processes live, and how many deliveries wait for one."""
    living = select(func.count()).where(senders_table.c.seen_at > func.clock_timestamp() - LIVING).scalar_subquery()
    waiting = select(func.coalesce(func.sum(lanes.c.pending), 0)).scalar_subquery()
    row = rows.execute(select(living, waiting)).one()
    return int(row[0]), int(row[1])
