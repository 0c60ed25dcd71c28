"""The rows of new deliveries: bodies, deliveries, counters, lanes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.postgresql import insert

from synergy_webhooks.outbox.planned import Planned
from synergy_webhooks.tables import WAKE_UP, bodies, deliveries

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
    _insert(rows, found, _counted_on(rows, found), now)
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
    counted = sorted(Counter(waiting).items())
    if counted:
        lanes = {
            "webhooks": [webhook_id for (webhook_id, _), _ in counted],
            "lanes": [lane for (_, lane), _ in counted],
            "counts": [count for _, count in counted],
            "ready_at": ready_at,
        }
        rows.execute(_OPEN_LANES, lanes)


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
    counters = {
        "webhooks": list(counted),
        "counts": list(counted.values()),
        "latest": [latest[webhook_id] for webhook_id in counted],
    }
    return {row.webhook_id: row.before for row in rows.execute(_COUNT_ON, counters)}


def _insert(rows: Connection, found: Sequence[Planned], last: dict[UUID, int], now: datetime) -> None:
    sequences: list[int | None] = []
    for planned in found:
        if planned.numbered:
            last[planned.webhook_id] += 1
        sequences.append(last[planned.webhook_id] if planned.numbered else None)
    columns: dict[str, Any] = {
        "deliveries": [planned.delivery_id for planned in found],
        "webhooks": [planned.webhook_id for planned in found],
        "sources": [planned.source for planned in found],
        "positions": [planned.position for planned in found],
        "events": [planned.event_id for planned in found],
        "types": [planned.event_type for planned in found],
        "formats": [planned.format for planned in found],
        "lanes": [planned.lane for planned in found],
        "sequences": sequences,
        "now": now,
    }
    rows.execute(_INSERT, columns)


# Whole arrays in one statement each: a hundred webhooks that hear one event cost no hundred round trips.

_OPEN_LANES: Final = text("""
    INSERT INTO lanes (webhook_id, lane, pending, ready_at)
    SELECT w.webhook_id, w.lane, w.count, :ready_at
      FROM unnest(CAST(:webhooks AS uuid[]), CAST(:lanes AS text[]), CAST(:counts AS integer[]))
           AS w(webhook_id, lane, count)
     ORDER BY w.webhook_id, w.lane
    ON CONFLICT (webhook_id, lane) DO UPDATE SET pending = lanes.pending + excluded.pending
""")
_COUNT_ON: Final = text("""
    UPDATE sequences s SET last_sequence = s.last_sequence + c.count, last_triggered_at = c.latest
      FROM unnest(CAST(:webhooks AS uuid[]), CAST(:counts AS bigint[]), CAST(:latest AS timestamptz[]))
           AS c(webhook_id, count, latest)
     WHERE s.webhook_id = c.webhook_id
    RETURNING s.webhook_id, s.last_sequence - c.count AS before
""")
_INSERT: Final = text("""
    INSERT INTO deliveries (delivery_id, webhook_id, source, position, event_id, event_type, format, lane, sequence,
                            created_at)
    SELECT d.delivery_id, d.webhook_id, d.source, d.position, d.event_id, d.event_type, d.format, d.lane, d.sequence,
           :now
      FROM unnest(CAST(:deliveries AS uuid[]), CAST(:webhooks AS uuid[]), CAST(:sources AS text[]),
                  CAST(:positions AS bigint[]), CAST(:events AS uuid[]), CAST(:types AS text[]),
                  CAST(:formats AS text[]), CAST(:lanes AS text[]), CAST(:sequences AS bigint[])) WITH ORDINALITY
           AS d(delivery_id, webhook_id, source, position, event_id, event_type, format, lane, sequence, place)
     ORDER BY d.place
""")
