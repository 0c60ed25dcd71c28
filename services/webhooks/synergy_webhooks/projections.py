"""
A subscription's facts → its row. Live, the row is written in the append's transaction; a rebuild folds the same
function.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.store import EventCodec, RecordedEvent, Writer
from synergy_chassis.store.models import Fact
from synergy_webhooks.domain.events import SCHEMA_VERSIONS, STORED_AS, UPCASTERS, UserHeard
from synergy_webhooks.domain.subscription import Subscription, evolve
from synergy_webhooks.tables import webhooks

CATEGORY = "webhook"
HEARD = "heard"
"""Category of the streams that hold one event of auth each: what was heard once is not heard again."""


def entity(event: Any) -> str:
    """What a fact is about."""
    return f"user-{event.user_id}" if isinstance(event, UserHeard) else f"webhook-{event.webhook_id}"


codec = EventCodec(
    STORED_AS,
    entity=entity,
    schema_versions=SCHEMA_VERSIONS,
    upcasters=UPCASTERS,
)


def stream_of(webhook_id: UUID) -> str:
    """The stream that holds a subscription's facts."""
    return f"{CATEGORY}-{webhook_id}"


def stream_of_heard(event_id: UUID) -> str:
    """The stream that holds what was heard of an event of auth."""
    return f"{HEARD}-{event_id}"


class SubscriptionRows:
    """The inline model `webhooks`: one row a stream, none once the subscription is deleted."""

    name = "webhooks"
    category = CATEGORY
    tables: Sequence[Table] = (webhooks,)
    keys: Mapping[str, str] = {"webhooks": "webhook_id"}

    def key(self, stream: str) -> UUID:
        """The id in the row of a stream."""
        return UUID(stream.removeprefix(f"{CATEGORY}-"))

    def stream(self, key: UUID) -> str:
        """The stream of the row with this id."""
        return f"{CATEGORY}-{key}"

    def fold(self, facts: Iterable[Fact]) -> Mapping[str, Sequence[tuple[Any, ...]]]:
        """The row that the facts amount to."""
        subscription: Subscription | None = None
        created_at = None
        version = 0
        for fact in facts:
            version = fact[1]
            subscription = evolve(subscription, codec.read(fact), version=version)
            created_at = created_at or fact[5]
        if subscription is None or subscription.deleted:
            return {"webhooks": []}
        row = row_of(subscription) | {"created_at": created_at, "version": version}
        row |= {"events": subscription.events, "projects": subscription.projects}
        return {"webhooks": [tuple(row[column.name] for column in webhooks.columns)]}


def row_of(subscription: Subscription) -> dict[str, Any]:
    """The columns that come from the state."""
    row = asdict(subscription)
    row.pop("deleted")
    return row | {"events": list(subscription.events), "projects": list(subscription.projects)}


def write(subscription: Subscription | None, events: Sequence[RecordedEvent], writer: Writer) -> Subscription | None:
    """Queues the row that follows from the facts just appended to `subscription`, and tells the state after them."""
    for event in events:
        subscription = evolve(subscription, codec.decode(event), version=event.version)
    if subscription is None or not events:
        return subscription
    if subscription.deleted:
        writer.execute(delete(webhooks).where(webhooks.c.webhook_id == subscription.webhook_id))
        return subscription
    row = row_of(subscription) | {"version": events[-1].version, "created_at": events[0].recorded_at}
    changed = {column: value for column, value in row.items() if column not in ("webhook_id", "created_at")}
    writer.execute(insert(webhooks).values(row).on_conflict_do_update(index_elements=["webhook_id"], set_=changed))
    return subscription
