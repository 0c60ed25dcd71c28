"""Deliveries asked for again, tests and replays; bodies that are dropped when they are old; what owners are told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """
    Deliveries get the order of the log (`entry`), and lanes that of positions. Attempts before this revision have no
    verdict.
    """
    for name in ("disabled_at", "failure_told_at"):
        op.add_column("webhooks", sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column(
        "bodies", sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
    )
    op.alter_column("bodies", "created_at", server_default=None)
    op.create_index("bodies_oldest", "bodies", ["created_at"])
    op.add_column("deliveries", sa.Column("entry", sa.BigInteger, sa.Identity(always=True), nullable=False))
    op.add_column("deliveries", sa.Column("tried_before", sa.SmallInteger, nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("refusals", sa.SmallInteger, nullable=False, server_default="0"))
    op.drop_index("deliveries_newest", "deliveries")
    op.create_index("deliveries_newest", "deliveries", ["webhook_id", sa.text("entry DESC")])
    op.drop_index("deliveries_open", "deliveries")
    still_open = sa.text("status IN ('pending', 'retrying')")
    op.create_index("deliveries_open", "deliveries", ["webhook_id", "lane", "position"], postgresql_where=still_open)
    unnumbered = sa.text("sequence IS NULL")
    op.create_index("deliveries_unnumbered", "deliveries", ["webhook_id", "status"], postgresql_where=unnumbered)
    op.add_column("attempts", sa.Column("verdict", sa.Text))
