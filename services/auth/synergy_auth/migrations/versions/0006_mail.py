"""Links that are sent by mail, and whether an address was confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make room for both."""
    op.add_column("users", sa.Column("email_confirmed_at", sa.DateTime(timezone=True)))
    op.create_table(
        "mail_links",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("user_id", sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("email", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("mail_links_user_id", "mail_links", ["user_id"])
    op.create_index("mail_links_expires_at", "mail_links", ["expires_at"])
    asked = sa.text("kind = 'password_reset_asked'")
    op.create_index("security_events_resets", "security_events", ["account_key", "at"], postgresql_where=asked)
