"""Old attempts are found by their time, to drop what was answered."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """A block range index costs an attempt next to nothing."""
    op.create_index("attempts_oldest", "attempts", ["at"], postgresql_using="brin")
