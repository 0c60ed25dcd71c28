"""Mails that an event of another service means: one for each event and person, and none of what was before."""

import sqlalchemy as sa
from alembic import op

from synergy_chassis.store.migrate import service_role

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Let a mail name its event. Whoever follows webhooks from now on, tells of what happens from now on."""
    op.add_column("mails", sa.Column("event_id", sa.Uuid))
    meant = sa.text("event_id IS NOT NULL")
    op.create_index("mails_event_id", "mails", ["event_id", "user_id"], unique=True, postgresql_where=meant)
    sources = op.create_table(
        "notice_sources",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(sa.insert(sources).values(source="webhooks", since=sa.func.now()))
    op.execute(f'REVOKE INSERT, UPDATE, DELETE ON notice_sources FROM "{service_role()}"')
