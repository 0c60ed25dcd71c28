"""
The tables of webhooks, as SQLAlchemy Core. Who locks what, always in this order:

    position of the follower → lanes → deliveries → sequences → endpoints

so that the follower, the senders and the owners' changes never wait for each other in a circle.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

metadata: Final = MetaData()


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


webhooks: Final = Table(
    "webhooks",
    metadata,
    Column("webhook_id", Uuid, primary_key=True),
    Column("owner_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("events", ARRAY(Text), nullable=False),
    Column("projects", ARRAY(BigInteger), nullable=False),
    Column("format", Text, nullable=False),
    Column("ordered", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("begins_after", BigInteger, nullable=False),
    Column("disabled_reason", Text),
    Column("version", BigInteger, nullable=False),
    _time("created_at"),
    _time("disabled_at", nullable=True),
    _time("failure_told_at", nullable=True),
    Column("revision", BigInteger, nullable=False),
    Index("webhooks_of_owner", "owner_id", "created_at", "webhook_id"),
)
"""Subscriptions as they are now: the inline model of the streams `webhook-<id>`."""

secrets: Final = Table(
    "webhook_secrets",
    metadata,
    Column("key_id", Uuid, primary_key=True),
    Column("webhook_id", Uuid, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    _time("created_at"),
    _time("expires_at", nullable=True),
)
"""Secrets, sealed. All that have not expired sign; the newest comes first."""

sequences: Final = Table(
    "sequences",
    metadata,
    Column("webhook_id", Uuid, primary_key=True),
    Column("last_sequence", BigInteger, nullable=False, server_default="0"),
    _time("last_triggered_at", nullable=True),
)
"""How far each subscription has counted. Written by the follower alone."""

endpoints: Final = Table(
    "endpoints",
    metadata,
    Column("webhook_id", Uuid, primary_key=True),
    Column("failures", Integer, nullable=False, server_default="0"),
    _time("failing_since", nullable=True),
    _time("recovered_at", nullable=True),
    _time("resume_at", nullable=True),
)
"""The one back-off clock of each endpoint: failures in a row, when they ended last, and when it is tried again."""

memberships: Final = Table(
    "memberships",
    metadata,
    Column("project_id", BigInteger, primary_key=True),
    Column("user_id", BigInteger, primary_key=True),
    Column("role", Text, nullable=False),
    Index("memberships_of_user", "user_id", "project_id"),
)
"""Who belongs to which project, at the follower's position."""

trashed_projects: Final = Table(
    "trashed_projects",
    metadata,
    Column("project_id", BigInteger, primary_key=True),
)
"""Projects in the trash: they keep their people, but no subscription can name them."""

accounts: Final = Table(
    "accounts",
    metadata,
    Column("user_id", BigInteger, primary_key=True),
    Column("is_superuser", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Index("accounts_of_superusers", "user_id", postgresql_where=text("is_superuser")),
)
"""Accounts of superusers, and those that are disabled, at the position of auth's follower. All others are as usual."""

told_sources: Final = Table(
    "told_sources",
    metadata,
    Column("source", Text, primary_key=True),
    _time("since"),
)
"""Since when a source's events are told of: what it recorded before is only folded."""

bodies: Final = Table(
    "bodies",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("format", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("traceparent", Text),
    _time("created_at"),
    Index("bodies_oldest", "created_at"),
)
"""
The exact bytes that are signed and sent for one event in one format, whoever they go to. Dropped when they are old;
whoever asks for the delivery again then has them made again. `traceparent` is beneath what in the event's trace they
were made.
"""

deliveries: Final = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("webhook_id", Uuid, nullable=False),
    Column("source", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("sequence", BigInteger),
    Column("status", Text, nullable=False, server_default="pending"),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    _time("created_at"),
    _time("first_failed_at", nullable=True),
    _time("completed_at", nullable=True),
    Column("entry", BigInteger, Identity(always=True), nullable=False),
    Column("tried_before", SmallInteger, nullable=False, server_default="0"),
    Column("refusals", SmallInteger, nullable=False, server_default="0"),
    Index("deliveries_once", "webhook_id", "event_id", unique=True),
    Index("deliveries_newest", "webhook_id", text("entry DESC")),
    Index(
        "deliveries_open",
        "webhook_id",
        "lane",
        "position",
        postgresql_where=text("status IN ('pending', 'retrying')"),
    ),
    Index("deliveries_unnumbered", "webhook_id", "status", postgresql_where=text("sequence IS NULL")),
    Index("deliveries_ended", "webhook_id", "status", postgresql_where=text("status IN ('failed', 'cancelled')")),
)
"""
One event on its way to one subscription; at most once each, numbered without a gap per subscription. Tests and replayed
events have no number. `entry` counts on in the order of the log; `tried_before` are the attempts before it was asked
for again, `refusals` the answers since that said no to it; the first of those came at `first_failed_at`.
"""

lanes: Final = Table(
    "lanes",
    metadata,
    Column("webhook_id", Uuid, primary_key=True),
    Column("lane", Text, primary_key=True),
    Column("pending", Integer, nullable=False),
    Column("leased_by", Uuid),
    _time("leased_until", nullable=True),
    _time("ready_at"),
    _time("rests_until", nullable=True),
)
"""
Deliveries of one subscription that must keep their order: one of them is in flight at a time, by whoever holds the
lease. The lane of one that failed rests until `rests_until`, whatever others of its endpoint reach meanwhile.
"""

attempts: Final = Table(
    "attempts",
    metadata,
    Column("delivery_id", Uuid, primary_key=True),
    Column("number", SmallInteger, primary_key=True),
    _time("at"),
    Column("duration_ms", Integer, nullable=False),
    Column("status_code", SmallInteger),
    Column("error", Text),
    Column("response_body", Text),
    Column("address", Text),
    Column("key_id", Uuid),
    Column("verdict", Text),
    Index("attempts_oldest", "at", postgresql_using="brin"),
)
"""Every POST: when, how long (ms), what came back, which address was dialled, which key signed, and the status that it
left its delivery with."""

senders: Final = Table(
    "senders",
    metadata,
    Column("sender_id", Uuid, primary_key=True),
    Column("host", Text, nullable=False),
    _time("started_at"),
    _time("seen_at"),
    Column("in_flight", Integer, nullable=False),
)
"""Heartbeats of the sender processes."""

OPEN: Final = ("pending", "retrying")
"""Statuses of deliveries that are still to be sent."""

WAKE_UP: Final = "webhook_deliveries"
"""Channel on which waiting senders are told of new deliveries; they poll besides."""
