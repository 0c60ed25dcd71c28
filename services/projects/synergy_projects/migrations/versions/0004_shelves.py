"""Projects are archived; the trash is looked through."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the column and the indexes of what is in the trash."""
    op.execute("ALTER TABLE projects ADD COLUMN archived_at timestamptz")
    op.execute("CREATE INDEX projects_in_trash ON projects (trashed_at, id) WHERE trashed_at IS NOT NULL")
    op.execute("CREATE INDEX tasks_in_trash ON tasks (project_id, trashed_at) WHERE trashed_at IS NOT NULL")
