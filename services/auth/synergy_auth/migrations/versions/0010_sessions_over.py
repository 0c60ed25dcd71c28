"""Sessions that were over long ago are forgotten, with their tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Let them be found, whether they ended or expired."""
    op.create_index("sessions_over", "sessions", [sa.text("LEAST(ended_at, expires_at)")])
