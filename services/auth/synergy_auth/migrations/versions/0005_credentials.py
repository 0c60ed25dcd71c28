"""Second factors with their recovery codes, and personal access tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make their tables, and let failures be counted for an account whatever the address."""
    op.create_table(
        "second_factors",
        _owner(primary_key=True),
        sa.Column("sealed_secret", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("last_step", sa.BigInteger),
    )
    op.create_table("recovery_codes", _owner(primary_key=True), sa.Column("digest", sa.LargeBinary, primary_key=True))
    op.create_table(
        "personal_tokens",
        sa.Column("id", sa.Uuid, primary_key=True),
        _owner(),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("digest", name="personal_tokens_digest_unique"),
    )
    op.create_index("personal_tokens_user_id", "personal_tokens", ["user_id"])
    failed = sa.text("kind IN ('login_failed', 'password_check_failed', 'otp_failed')")
    op.create_index("security_events_account", "security_events", ["account_key", "at"], postgresql_where=failed)


def _owner(*, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(
        "user_id",
        sa.BigInteger,
        sa.ForeignKey("users.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
        autoincrement=False,
    )
