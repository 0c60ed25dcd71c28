"""Sessions end before their time: what gateways must refuse until it has expired, and mail for those concerned."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make revocations and the outbox of mail; let the security log tell who did it."""
    op.add_column("users", sa.Column("generation", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("security_events", sa.Column("actor_id", sa.BigInteger))
    failed = sa.text("kind IN ('login_failed', 'password_check_failed', 'otp_failed')")
    op.drop_index("security_events_failures")
    op.create_index("security_events_failures", "security_events", ["network", "at"], postgresql_where=failed)
    op.create_index("security_events_at", "security_events", ["at", "id"])
    op.create_index("users_superusers", "users", ["id"], postgresql_where=sa.text("is_superuser"))
    op.create_index("sessions_open", "sessions", ["user_id", "id"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "revocations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("session_id", sa.Uuid),
        sa.Column("generation", sa.BigInteger),
        sa.Column("spared", sa.Uuid),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("xid", sa.BigInteger, nullable=False, server_default=sa.text("pg_current_xact_id()::text::bigint")),
        sa.CheckConstraint("(session_id IS NULL) <> (generation IS NULL)", name="revocations_of_one_kind"),
    )
    op.create_index("revocations_xid", "revocations", ["xid"])
    op.create_index("revocations_until", "revocations", ["until"])
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("user_id", sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("address", sa.Text),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("given_up_at", sa.DateTime(timezone=True)),
    )
    waiting = sa.text("sent_at IS NULL AND given_up_at IS NULL")
    op.create_index("mails_due", "mails", ["due_at"], postgresql_where=waiting)
    op.create_index("mails_user_id", "mails", ["user_id"])
