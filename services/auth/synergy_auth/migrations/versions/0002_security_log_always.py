"""The security log refuses changes also in a session that plays replica, as the event store does."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Let both triggers fire always."""
    op.execute("ALTER TABLE security_events ENABLE ALWAYS TRIGGER refuse_change")
    op.execute("ALTER TABLE security_events ENABLE ALWAYS TRIGGER refuse_truncate")
