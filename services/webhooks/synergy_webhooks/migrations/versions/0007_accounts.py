"""What happens to accounts is told to superusers: who they are, and since when."""

import sqlalchemy as sa
from alembic import op

from synergy_chassis.store.migrate import rebuilt_beside, service_role

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Whoever subscribed to everything before, hears what happens from now on."""
    op.create_table(
        "accounts",
        sa.Column("user_id", sa.BigInteger, primary_key=True),
        sa.Column("is_superuser", sa.Boolean, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
    )
    op.create_index("accounts_of_superusers", "accounts", ["user_id"], postgresql_where=sa.text("is_superuser"))
    rebuilt_beside("accounts", "accounts")
    sources = op.create_table(
        "told_sources",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(sa.insert(sources).values(source="auth", since=sa.func.now()))
    op.execute(f'REVOKE INSERT, UPDATE, DELETE ON told_sources FROM "{service_role()}"')
