"""A lane whose delivery failed rests by itself, whatever others of its endpoint reach meanwhile."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the time until which it rests; senders of before know nothing of it."""
    op.execute("ALTER TABLE lanes ADD COLUMN rests_until timestamptz")
