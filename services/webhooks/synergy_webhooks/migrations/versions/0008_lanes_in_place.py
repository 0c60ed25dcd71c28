"""Lanes are not looked up by time: without that index, to lease and to count one writes no index at all."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Drop it."""
    op.drop_index("lanes_ready", "lanes")
