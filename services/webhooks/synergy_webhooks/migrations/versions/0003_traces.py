"""The trace that an event belongs to, for its deliveries to go on with."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Beside the bytes, which do not change."""
    op.execute("ALTER TABLE bodies ADD COLUMN traceparent text")
