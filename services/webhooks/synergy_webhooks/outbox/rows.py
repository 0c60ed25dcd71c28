"""The rows of new deliveries: bodies, deliveries, counters, lanes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from synergy_webhooks.outbox.planned import Planned
from synergy_webhooks.tables import WAKE_UP, bodies, deliveries, lanes, sequences

AHEAD: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Lanes that wait since then are sent before all others of their endpoint."""

Bodies = Mapping[tuple[UUID, str], bytes]
"""Event and format → the exact bytes."""


def unplanned(rows: Connection, found: Sequence[Planned]) -> list[Planned]:
    """Without those that have their delivery already: what was parked, or a restored log, is told again."""
    if not found:
        return []
    known = select(deliveries.c.webhook_id, deliveries.c.event_id).where(
        deliveries.c.webhook_id.in_({planned.webhook_id for planned in found}),
        deliveries.c.event_id.in_({planned.event_id for planned in found}),
    )
    there = {(row.webhook_id, row.event_id) for row in rows.execute(known)}
    return [planned for planned in found if (planned.webhook_id, planned.event_id) not in there]


def write(
    rows: Connection, found: Sequence[Planned], rendered: Bodies, *, now: datetime, ready_at: datetime | None = None
) -> None:
    """
    One delivery for each, those that are `numbered` numbered on without a gap per subscription; senders are woken at
    the commit.
    """
    keep_bodies(rows, rendered, now=now, traces={planned.event_id: planned.traceparent for planned in found})
    rows.execute(insert(deliveries), _deliveries(found, _counted_on(rows, found), now))
    open_lanes(rows, [(planned.webhook_id, planned.lane) for planned in found], ready_at=ready_at or now)
    wake(rows)


def keep_bodies(
    rows: Connection, rendered: Bodies, *, now: datetime, traces: Mapping[UUID, str | None] | None = None
) -> None:
    """The bytes are fixed by whoever comes first. `traces` are those of the events, where there are any."""
    traces = traces or {}
    if rendered:
        rows.execute(
            insert(bodies).on_conflict_do_nothing(),
            [
                {
                    "event_id": event_id,
                    "format": format,
                    "body": body,
                    "created_at": now,
                    "traceparent": traces.get(event_id),
                }
                for (event_id, format), body in sorted(rendered.items())
            ],
        )


def open_lanes(rows: Connection, waiting: Iterable[tuple[UUID, str]], *, ready_at: datetime) -> None:
    """Counts what waits in each lane. The update locks a lane that is there, so that no sender closes it unseen."""
    counted = Counter(waiting)
    if not counted:
        return
    statement = insert(lanes)
    rows.execute(
        statement.on_conflict_do_update(
            index_elements=["webhook_id", "lane"], set_={"pending": lanes.c.pending + statement.excluded.pending}
        ),
        [
            {"webhook_id": webhook_id, "lane": lane, "pending": count, "ready_at": ready_at}
            for (webhook_id, lane), count in sorted(counted.items())
        ],
    )


def wake(rows: Connection) -> None:
    """Senders look when this is committed."""
    rows.execute(select(func.pg_notify(WAKE_UP, "")))


def _counted_on(rows: Connection, found: Sequence[Planned]) -> dict[UUID, int]:
    """Moves the counter of each subscription over what is numbered; tells where each counter was before."""
    numbered = [planned for planned in found if planned.numbered]
    counted = Counter(planned.webhook_id for planned in numbered)
    if not counted:
        return {}
    latest = {planned.webhook_id: planned.at for planned in numbered}
    held = select(sequences).where(sequences.c.webhook_id.in_(counted)).order_by(sequences.c.webhook_id)
    before = {row.webhook_id: row.last_sequence for row in rows.execute(held.with_for_update())}
    rows.execute(
        update(sequences)
        .where(sequences.c.webhook_id == bindparam("counter_of"))
        .values(last_sequence=bindparam("now_at"), last_triggered_at=bindparam("latest")),
        [
            {"counter_of": webhook_id, "now_at": before[webhook_id] + count, "latest": latest[webhook_id]}
            for webhook_id, count in counted.items()
        ],
    )
    return before


def _deliveries(found: Sequence[Planned], last: dict[UUID, int], now: datetime) -> list[dict[str, Any]]:
    rows = []
    for planned in found:
        if planned.numbered:
            last[planned.webhook_id] += 1
        rows.append(
            {
                "delivery_id": planned.delivery_id,
                "webhook_id": planned.webhook_id,
                "source": planned.source,
                "position": planned.position,
                "event_id": planned.event_id,
                "event_type": planned.event_type,
                "format": planned.format,
                "lane": planned.lane,
                "sequence": last[planned.webhook_id] if planned.numbered else None,
                "created_at": now,
            }
        )
    return rows
