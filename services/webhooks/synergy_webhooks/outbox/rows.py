"""The rows of new deliveries: bodies, deliveries, counters, lanes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.postgresql import insert

from synergy_webhooks.outbox.planned import Planned
from synergy_webhooks.tables import WAKE_UP, bodies

AHEAD: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Lanes that wait since then are sent before all others of their endpoint."""

Bodies = Mapping[tuple[UUID, str], bytes]
"""Event and format → the exact bytes."""


def unplanned(rows: Connection, found: Sequence[Planned]) -> list[Planned]:
    """Without those that have their delivery already: what was parked, or a restored log, is told again."""
    if not found:
        return []
    there = {
        row.delivery_id
        for row in rows.execute(_KNOWN, {"wanted": _json([(one.webhook_id, one.event_id) for one in found])})
    }
    return [planned for planned in found if planned.delivery_id not in there] if there else list(found)


def write(
    rows: Connection,
    found: Sequence[Planned],
    rendered: Callable[[], Bodies],
    *,
    now: datetime,
    ready_at: datetime | None = None,
) -> None:
    """
    One delivery for each, those that are `numbered` numbered on without a gap per subscription; senders are woken at
    the commit. `rendered` is asked for the bytes before a lane is locked that a sender might want meanwhile.

    Raises LookupError where a counter is missing, and what `rendered` raises.
    """
    counted = rows.execute(_NUMBER, {"found": _json(list(map(_row, found))), "now": now}).scalar_one()
    if counted != len({planned.webhook_id for planned in found if planned.numbered}):
        raise LookupError("A subscription has lost its counter: `synergy webhooks rederive` restores it.")
    keep_bodies(rows, rendered(), now=now, traces={planned.event_id: planned.traceparent for planned in found})
    lanes = Counter((planned.webhook_id, planned.lane) for planned in found)
    waiting = {"counted": _counted(lanes), "ready_at": ready_at or now, "channel": WAKE_UP}
    rows.execute(_LET_OUT, waiting)


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
    if counted := Counter(waiting):
        rows.execute(_OPEN_LANES, {"counted": _counted(counted), "ready_at": ready_at})


def wake(rows: Connection) -> None:
    """Senders look when this is committed."""
    rows.execute(select(func.pg_notify(WAKE_UP, "")))


def _row(planned: Planned) -> tuple[object, ...]:
    """A delivery as the statement reads it."""
    return (
        planned.delivery_id, planned.webhook_id, planned.source, planned.position, planned.event_id, planned.event_type,
        planned.format, planned.lane, planned.numbered, planned.at,
    )  # fmt: skip


def _counted(lanes: Mapping[tuple[UUID, str], int]) -> str:
    """Lanes and what waits in them as the statements read them."""
    return _json([(webhook_id, lane, count) for (webhook_id, lane), count in lanes.items()])


def _json(values: object) -> str:
    return msgspec.json.encode(values).decode()


# Whole lists in one statement, as JSON: a hundred webhooks that hear one event cost no hundred round trips, nor the
# writing of a thousand array elements.

_KNOWN: Final = text("""
    SELECT d.delivery_id
      FROM (SELECT (w ->> 0)::uuid AS webhook_id, (w ->> 1)::uuid AS event_id
              FROM json_array_elements(CAST(:wanted AS json)) AS w) AS wanted
      JOIN deliveries d ON d.webhook_id = wanted.webhook_id AND d.event_id = wanted.event_id
""")
_OPENING: Final = """
    INSERT INTO lanes (webhook_id, lane, pending, ready_at)
    SELECT (l ->> 0)::uuid, l ->> 1, (l ->> 2)::integer, :ready_at
      FROM json_array_elements(CAST(:counted AS json)) AS l
     ORDER BY 1, 2
    ON CONFLICT (webhook_id, lane) DO UPDATE SET pending = lanes.pending + excluded.pending
"""
_OPEN_LANES: Final = text(_OPENING)
_LET_OUT: Final = text(f"WITH opened AS ({_OPENING}) SELECT pg_notify(:channel, '')")
"""The lanes, and a call that wakes the senders."""
_NUMBER: Final = text("""
    WITH found AS MATERIALIZED (
        SELECT (f ->> 0)::uuid AS delivery_id, (f ->> 1)::uuid AS webhook_id, f ->> 2 AS source,
               (f ->> 3)::bigint AS position, (f ->> 4)::uuid AS event_id, f ->> 5 AS event_type, f ->> 6 AS format,
               f ->> 7 AS lane, (f ->> 8)::boolean AS numbered, (f ->> 9)::timestamptz AS at, place
          FROM json_array_elements(CAST(:found AS json)) WITH ORDINALITY AS w(f, place)
    ), counted AS (
        UPDATE sequences s SET last_sequence = s.last_sequence + c.count, last_triggered_at = c.latest
          FROM (SELECT webhook_id, count(*) AS count, (array_agg(at ORDER BY place DESC))[1] AS latest
                  FROM found WHERE numbered GROUP BY webhook_id) AS c
         WHERE s.webhook_id = c.webhook_id
        RETURNING s.webhook_id, s.last_sequence - c.count AS before
    ), made AS (
        INSERT INTO deliveries (delivery_id, webhook_id, source, position, event_id, event_type, format, lane, sequence,
                                created_at)
        SELECT f.delivery_id, f.webhook_id, f.source, f.position, f.event_id, f.event_type, f.format, f.lane,
               CASE WHEN f.numbered
                    THEN c.before + row_number() OVER (PARTITION BY f.webhook_id, f.numbered ORDER BY f.place) END,
               :now
          FROM found f LEFT JOIN counted c ON c.webhook_id = f.webhook_id
         ORDER BY f.place
    )
    SELECT count(*) FROM counted
""")
"""Deliveries, numbered on without a gap."""
