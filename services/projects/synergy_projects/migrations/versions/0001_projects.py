"""The event store, and the read models of projects beside it."""

from alembic import op

from synergy_chassis.store.migrate import create_store, rebuilt_beside

revision = "0001"
down_revision = None

STATEMENTS = (
    "CREATE SEQUENCE project_ids",
    "CREATE SEQUENCE task_ids",
    """
    CREATE TABLE projects (
        id bigint PRIMARY KEY,
        owner_id bigint NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        status text NOT NULL,
        priority text NOT NULL,
        start_date date,
        end_date date,
        budget numeric(15, 2),
        impact_total bigint NOT NULL,
        impact_done bigint NOT NULL,
        task_count integer NOT NULL,
        completed_task_count integer NOT NULL,
        progress smallint NOT NULL,
        next_number integer NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        trashed_at timestamptz
    ) WITH (fillfactor = 80)
    """,
    "CREATE INDEX projects_by_creation ON projects (created_at, id) WHERE trashed_at IS NULL",
    """
    CREATE TABLE members (
        project_id bigint NOT NULL,
        user_id bigint NOT NULL,
        role text NOT NULL,
        PRIMARY KEY (project_id, user_id)
    )
    """,
    "CREATE INDEX members_by_user ON members (user_id, project_id) INCLUDE (role)",
    """
    CREATE TABLE tasks (
        id bigint PRIMARY KEY,
        project_id bigint NOT NULL,
        number integer NOT NULL,
        created_by bigint NOT NULL,
        title text NOT NULL,
        description text NOT NULL,
        status text NOT NULL,
        priority text NOT NULL,
        impact integer NOT NULL,
        assignees bigint[] NOT NULL,
        start_date date,
        due_date date,
        estimated_hours integer,
        actual_hours integer,
        story_points integer,
        completed_at timestamptz,
        trashed_at timestamptz,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    ) WITH (fillfactor = 90)
    """,
    "CREATE UNIQUE INDEX tasks_by_number ON tasks (project_id, number)",
    "CREATE INDEX tasks_by_project ON tasks (project_id, id) WHERE trashed_at IS NULL",
    "CREATE INDEX tasks_by_assignee ON tasks USING gin (assignees)",
    """
    CREATE TABLE people (
        id bigint PRIMARY KEY,
        username text NOT NULL,
        full_name text NOT NULL
    )
    """,
)


def upgrade() -> None:
    """Make everything; the service role's rights come with it."""
    create_store()
    for statement in STATEMENTS:
        op.execute(statement)
    rebuilt_beside("people", "people")
