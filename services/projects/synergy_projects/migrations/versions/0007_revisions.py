"""Projects and tasks know which event changed last what people write in them."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the columns and fill them from the log. What services of before write meanwhile, a rebuild mends."""
    op.execute("ALTER TABLE projects ADD COLUMN revision integer NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE tasks ADD COLUMN revision integer NOT NULL DEFAULT 0")
    op.execute("""
        UPDATE projects p SET revision = e.version
          FROM (SELECT stream, max(version) AS version FROM store.events
                 WHERE type IN ('project.created', 'project.updated', 'project.completed') GROUP BY stream) e
         WHERE e.stream = 'project-' || p.id
    """)
    op.execute("""
        UPDATE tasks t SET revision = e.version
          FROM (SELECT stream, entity, max(version) AS version FROM store.events
                 WHERE type IN ('task.created', 'task.completed', 'task.reopened')
                    OR (type = 'task.updated' AND (data -> 'changes') - 'rank'::text <> '{}'::jsonb)
                 GROUP BY stream, entity) e
         WHERE e.stream = 'project-' || t.project_id AND e.entity = 'task-' || t.id
    """)
