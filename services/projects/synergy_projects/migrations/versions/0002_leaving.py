"""Whoever is being erased starts no project meanwhile."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make room for who is."""
    op.execute("""
        CREATE TABLE leaving (
            user_id bigint NOT NULL,
            attempt uuid NOT NULL,
            until timestamptz NOT NULL,
            PRIMARY KEY (user_id, attempt)
        )
    """)
