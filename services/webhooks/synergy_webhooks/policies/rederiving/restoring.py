"""The rows of deliveries that are derived, where they are missing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.store import RecordedEvent
from synergy_webhooks import queries
from synergy_webhooks.bodies import Told, render
from synergy_webhooks.outbox import own, users
from synergy_webhooks.outbox.planned import AUTH
from synergy_webhooks.outbox.rows import keep_bodies
from synergy_webhooks.policies.rederiving.history import attempts_of, became
from synergy_webhooks.policies.rederiving.timeline import Derived, Timeline
from synergy_webhooks.policies.telling import Renderer, bodies
from synergy_webhooks.projections import codec
from synergy_webhooks.tables import OPEN, deliveries, endpoints, sequences

Asked = Mapping[UUID, datetime]
"""When deliveries were asked for again, by their ids."""


def there(rows: Connection, some: Sequence[Derived]) -> dict[UUID, int | None]:
    """Those of these deliveries that have rows, with their numbers."""
    ids = [one.planned.delivery_id for one in some]
    found = rows.execute(
        select(deliveries.c.delivery_id, deliveries.c.sequence).where(deliveries.c.delivery_id.in_(ids))
    )
    return {row.delivery_id: row.sequence for row in found}


def restore(
    rows: Connection,
    missing: Sequence[Derived],
    *,
    asked: Asked,
    deleted: set[UUID],
    render_events: Renderer,
    now: datetime,
) -> dict[UUID, str]:
    """
    Makes the rows of deliveries that have none, as their attempts say; tells the status of each. The bytes of those
    that are to be sent are made again.
    """
    tried = attempts_of(rows, [one.planned.delivery_id for one in missing])
    made: list[dict[str, Any]] = []
    for one in missing:
        planned = one.planned
        end = became(
            tried.get(planned.delivery_id, []),
            asked_at=asked.get(planned.delivery_id),
            gone=planned.webhook_id in deleted,
        )
        made.append(_row(one) | end | {"created_at": now})
    statuses = {row["delivery_id"]: row["status"] for row in made}
    open_ones = [one for one in missing if statuses[one.planned.delivery_id] in OPEN]
    keep_bodies(rows, _bodies(rows, open_ones, render_events), now=now)
    if made:
        rows.execute(insert(deliveries).on_conflict_do_nothing(), made)
    return statuses


def count_on(rows: Connection, timeline: Timeline) -> None:
    """Counters and clocks of living subscriptions, where they are lost."""
    living = [one for one in timeline.subscriptions.values() if not one.deleted]
    if not living:
        return
    rows.execute(
        insert(sequences).on_conflict_do_nothing(),
        [
            {
                "webhook_id": one.webhook_id,
                "last_sequence": timeline.numbers.get(one.webhook_id, 0),
                "last_triggered_at": timeline.last_number_at.get(one.webhook_id),
            }
            for one in living
        ],
    )
    rows.execute(insert(endpoints).on_conflict_do_nothing(), [{"webhook_id": one.webhook_id} for one in living])


def count_lanes(rows: Connection) -> None:
    """Every lane holds what is open in it. Senders wait for a moment."""
    rows.execute(text("LOCK TABLE lanes IN SHARE ROW EXCLUSIVE MODE"))
    rows.execute(_COUNT)
    rows.execute(_EMPTY)


def _row(one: Derived) -> dict[str, Any]:
    planned = one.planned
    return {
        "delivery_id": planned.delivery_id,
        "webhook_id": planned.webhook_id,
        "source": planned.source,
        "position": planned.position,
        "event_id": planned.event_id,
        "event_type": planned.event_type,
        "format": planned.format,
        "lane": planned.lane,
        "sequence": one.sequence,
    }


def _bodies(rows: Connection, some: Sequence[Derived], render_events: Renderer) -> dict[tuple[UUID, str], bytes]:
    kept = queries.bodies_kept(rows, [(one.planned.event_id, one.planned.format) for one in some]) if some else set()
    lacking = [one for one in some if (one.planned.event_id, one.planned.format) not in kept]
    made = {}
    for one in lacking:
        if isinstance(one.source, RecordedEvent):
            made[(one.planned.event_id, one.planned.format)] = render(_told(one, one.source), one.planned.format)
    of_projects = [(one.source, one.planned.format) for one in lacking if not isinstance(one.source, RecordedEvent)]
    return made | bodies(of_projects, render_events)


def _told(one: Derived, fact: RecordedEvent) -> Told:
    if one.planned.source == AUTH:
        return users.told_of(fact, codec.decode(fact))
    return own.told_of(fact, one.about, changes=own.SWITCHED_OFF if one.planned.numbered else {})


_COUNT = text("""
    INSERT INTO lanes (webhook_id, lane, pending, ready_at)
    SELECT d.webhook_id, d.lane, count(*), clock_timestamp() FROM deliveries d
     WHERE d.status IN ('pending', 'retrying') GROUP BY d.webhook_id, d.lane
    ON CONFLICT (webhook_id, lane) DO UPDATE SET pending = excluded.pending
""")
_EMPTY = text("""
    DELETE FROM lanes l WHERE l.leased_by IS NULL AND NOT EXISTS (
        SELECT 1 FROM deliveries d
         WHERE d.webhook_id = l.webhook_id AND d.lane = l.lane AND d.status IN ('pending', 'retrying'))
""")
