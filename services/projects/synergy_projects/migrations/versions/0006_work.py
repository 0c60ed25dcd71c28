"""What hangs on a task: comments, subtasks, time logs, timers."""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    "CREATE SEQUENCE comment_ids",
    "CREATE SEQUENCE subtask_ids",
    "CREATE SEQUENCE time_log_ids",
    """
    CREATE TABLE comments (
        id bigint PRIMARY KEY,
        project_id bigint NOT NULL,
        task_id bigint NOT NULL,
        author_id bigint NOT NULL,
        content text NOT NULL,
        mentions bigint[] NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX comments_by_task ON comments (task_id, id)",
    "CREATE INDEX comments_by_project ON comments (project_id)",
    """
    CREATE TABLE subtasks (
        task_id bigint NOT NULL,
        id bigint NOT NULL,
        project_id bigint NOT NULL,
        title text NOT NULL,
        is_completed boolean NOT NULL,
        PRIMARY KEY (task_id, id)
    )
    """,
    "CREATE INDEX subtasks_by_project ON subtasks (project_id)",
    """
    CREATE TABLE time_logs (
        id bigint PRIMARY KEY,
        project_id bigint NOT NULL,
        task_id bigint NOT NULL,
        user_id bigint NOT NULL,
        minutes integer NOT NULL,
        spent_on date NOT NULL,
        note text NOT NULL,
        started_at timestamptz,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX time_logs_by_task ON time_logs (task_id, id)",
    "CREATE INDEX time_logs_by_project ON time_logs (project_id)",
    """
    CREATE TABLE timers (
        project_id bigint NOT NULL,
        user_id bigint NOT NULL,
        task_id bigint NOT NULL,
        started_at timestamptz NOT NULL,
        PRIMARY KEY (project_id, user_id)
    )
    """,
    "CREATE UNIQUE INDEX timers_by_user ON timers (user_id)",
    "ALTER TABLE tasks ADD COLUMN comment_count integer NOT NULL DEFAULT 0",
    "ALTER TABLE tasks ADD COLUMN time_logged_minutes integer NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    """Make the tables; the service role's rights come with them."""
    for statement in STATEMENTS:
        op.execute(statement)
