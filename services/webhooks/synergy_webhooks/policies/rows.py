"""The rows of new deliveries: bodies, deliveries, counters, lanes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from synergy_webhooks import bodies as formats
from synergy_webhooks.policies.matching import Match
from synergy_webhooks.tables import WAKE_UP, bodies, deliveries, lanes, sequences

SOURCE: Final = "projects"


def unscheduled(rows: Connection, found: Sequence[Match]) -> list[Match]:
    """Without those that have their delivery already: what was parked, or a restored log, is told again."""
    if not found:
        return []
    known = select(deliveries.c.webhook_id, deliveries.c.event_id).where(
        deliveries.c.webhook_id.in_({match.webhook_id for match in found}),
        deliveries.c.event_id.in_({match.event.event_id for match in found}),
    )
    there = {(row.webhook_id, row.event_id) for row in rows.execute(known)}
    return [match for match in found if (match.webhook_id, match.event.event_id) not in there]


def write(rows: Connection, found: Sequence[Match], told: Mapping[int, formats.Told], *, now: datetime) -> None:
    """One delivery for each match, numbered on without a gap per subscription; senders are woken at the commit."""
    rows.execute(insert(bodies).on_conflict_do_nothing(), _bodies(found, told))
    rows.execute(insert(deliveries), _deliveries(found, _counted_on(rows, found), now))
    _open_lanes(rows, found, now)
    rows.execute(select(func.pg_notify(WAKE_UP, "")))


def _bodies(found: Sequence[Match], told: Mapping[int, formats.Told]) -> list[dict[str, Any]]:
    wanted = {(match.event.position, match.subscription.format): match.event for match in found}
    return [
        {
            "event_id": event.event_id,
            "format": format,
            "body": formats.render(told[position], format),
            "traceparent": event.meta.get("traceparent"),
        }
        for (position, format), event in sorted(wanted.items(), key=lambda one: one[0])
    ]


def _counted_on(rows: Connection, found: Sequence[Match]) -> dict[UUID, int]:
    """Moves the counter of each subscription over its matches; tells where each counter was before."""
    counted = Counter(match.webhook_id for match in found)
    latest = {match.webhook_id: match.event.recorded_at for match in found}
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


def _deliveries(found: Sequence[Match], last: dict[UUID, int], now: datetime) -> list[dict[str, Any]]:
    rows = []
    for match in found:
        last[match.webhook_id] += 1
        rows.append(
            {
                "delivery_id": match.delivery_id,
                "webhook_id": match.webhook_id,
                "source": SOURCE,
                "position": match.event.position,
                "event_id": match.event.event_id,
                "event_type": match.event.type,
                "format": match.subscription.format,
                "lane": match.lane,
                "sequence": last[match.webhook_id],
                "created_at": now,
            }
        )
    return rows


def _open_lanes(rows: Connection, found: Sequence[Match], now: datetime) -> None:
    """Counts what waits in each lane. The update locks a lane that is there, so that no sender closes it unseen."""
    waiting = Counter((match.webhook_id, match.lane) for match in found)
    statement = insert(lanes)
    rows.execute(
        statement.on_conflict_do_update(
            index_elements=["webhook_id", "lane"], set_={"pending": lanes.c.pending + statement.excluded.pending}
        ),
        [
            {"webhook_id": webhook_id, "lane": lane, "pending": count, "ready_at": now}
            for (webhook_id, lane), count in sorted(waiting.items())
        ],
    )
