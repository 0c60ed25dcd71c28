"""How often a profile was changed by its owner: what If-Match compares."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Count from now on."""
    op.add_column("users", sa.Column("revision", sa.Integer, nullable=False, server_default="0"))
