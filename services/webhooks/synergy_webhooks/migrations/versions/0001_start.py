"""The event store, subscriptions and their secrets, memberships, deliveries with lanes and attempts, senders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from synergy_chassis.store.migrate import create_store, rebuilt_beside

revision = "0001"
down_revision = None


def _time(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Make everything webhooks keeps."""
    create_store()
    _subscriptions()
    _memberships()
    _deliveries()
    op.create_table(
        "senders",
        sa.Column("sender_id", sa.Uuid, primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        _time("started_at"),
        _time("seen_at"),
        sa.Column("in_flight", sa.Integer, nullable=False),
    )


def _subscriptions() -> None:
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", sa.Uuid, primary_key=True),
        sa.Column("owner_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", ARRAY(sa.Text), nullable=False),
        sa.Column("projects", ARRAY(sa.BigInteger), nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("ordered", sa.Boolean, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("begins_after", sa.BigInteger, nullable=False),
        sa.Column("disabled_reason", sa.Text),
        sa.Column("version", sa.BigInteger, nullable=False),
        _time("created_at"),
    )
    op.create_index("webhooks_of_owner", "webhooks", ["owner_id", "created_at", "webhook_id"])
    op.create_table(
        "webhook_secrets",
        sa.Column("key_id", sa.Uuid, primary_key=True),
        sa.Column("webhook_id", sa.Uuid, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        _time("created_at"),
        _time("expires_at", nullable=True),
    )
    op.create_index("ix_webhook_secrets_webhook_id", "webhook_secrets", ["webhook_id"])
    op.create_table(
        "sequences",
        sa.Column("webhook_id", sa.Uuid, primary_key=True),
        sa.Column("last_sequence", sa.BigInteger, nullable=False, server_default="0"),
        _time("last_triggered_at", nullable=True),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "endpoints",
        sa.Column("webhook_id", sa.Uuid, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        _time("failing_since", nullable=True),
        _time("recovered_at", nullable=True),
        _time("resume_at", nullable=True),
        postgresql_with={"fillfactor": 50},
    )


def _memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("project_id", sa.BigInteger, primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
    )
    op.create_index("memberships_of_user", "memberships", ["user_id", "project_id"])
    op.create_table("trashed_projects", sa.Column("project_id", sa.BigInteger, primary_key=True))
    rebuilt_beside("memberships", "memberships", "trashed_projects")


def _deliveries() -> None:
    op.create_table(
        "bodies",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("format", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Uuid, primary_key=True),
        sa.Column("webhook_id", sa.Uuid, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("event_type", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger),
        sa.Column("status", sa.Text, nullable=False, server_default="pending"),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
        _time("created_at"),
        _time("first_failed_at", nullable=True),
        _time("completed_at", nullable=True),
    )
    op.create_index("deliveries_once", "deliveries", ["webhook_id", "event_id"], unique=True)
    op.create_index("deliveries_newest", "deliveries", ["webhook_id", sa.text("sequence DESC")])
    still_open = sa.text("status IN ('pending', 'retrying')")
    op.create_index("deliveries_open", "deliveries", ["webhook_id", "lane", "sequence"], postgresql_where=still_open)
    ended = sa.text("status IN ('failed', 'cancelled')")
    op.create_index("deliveries_ended", "deliveries", ["webhook_id", "status"], postgresql_where=ended)
    op.create_table(
        "lanes",
        sa.Column("webhook_id", sa.Uuid, primary_key=True),
        sa.Column("lane", sa.Text, primary_key=True),
        sa.Column("pending", sa.Integer, nullable=False),
        sa.Column("leased_by", sa.Uuid),
        _time("leased_until", nullable=True),
        _time("ready_at"),
        postgresql_with={"fillfactor": 50},
    )
    op.create_index("lanes_ready", "lanes", ["ready_at"])
    op.create_table(
        "attempts",
        sa.Column("delivery_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.SmallInteger, primary_key=True),
        _time("at"),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("status_code", sa.SmallInteger),
        sa.Column("error", sa.Text),
        sa.Column("response_body", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("key_id", sa.Uuid),
    )
