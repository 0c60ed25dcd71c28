"""What is due is told once."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make room for what was told, and the index of what is to be told."""
    op.execute("ALTER TABLE tasks ADD COLUMN due_soon_told date, ADD COLUMN overdue_told date")
    op.execute("""
        CREATE INDEX tasks_due ON tasks (due_date, id)
        WHERE trashed_at IS NULL
          AND status <> 'done' AND due_date IS NOT NULL AND overdue_told IS DISTINCT FROM due_date
    """)
