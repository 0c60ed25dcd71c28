"""Labels, milestones and sprints; tasks that wait for others, and their rank."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    "CREATE SEQUENCE label_ids",
    "CREATE SEQUENCE milestone_ids",
    "CREATE SEQUENCE sprint_ids",
    """
    CREATE TABLE labels (
        id bigint PRIMARY KEY,
        project_id bigint NOT NULL,
        name text NOT NULL,
        folded text NOT NULL,
        color text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX labels_by_name ON labels (project_id, folded)",
    """
    CREATE TABLE milestones (
        id bigint PRIMARY KEY,
        project_id bigint NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        due_date date,
        status text NOT NULL,
        completed_at timestamptz,
        missed date,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX milestones_by_project ON milestones (project_id, id)",
    "CREATE INDEX milestones_by_due_date ON milestones (due_date) WHERE status = 'open'",
    """
    CREATE TABLE sprints (
        id bigint PRIMARY KEY,
        project_id bigint NOT NULL,
        name text NOT NULL,
        goal text NOT NULL,
        start_date date,
        end_date date,
        status text NOT NULL,
        started_at timestamptz,
        completed_at timestamptz,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX sprints_by_project ON sprints (project_id, id)",
    """
    ALTER TABLE tasks
        ADD COLUMN labels text[] NOT NULL DEFAULT '{}',
        ADD COLUMN depends_on bigint[] NOT NULL DEFAULT '{}',
        ADD COLUMN milestone bigint,
        ADD COLUMN sprint bigint,
        ADD COLUMN rank text COLLATE "C" NOT NULL DEFAULT ''
    """,
    "ALTER TABLE projects ADD COLUMN next_rank integer NOT NULL DEFAULT 0",
    # As the fold of their events has it: each task took the next place when it was made (domain/ranking.py).
    """
    CREATE FUNCTION pg_temp.placed(p_place bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
    DECLARE
        v_rest bigint := p_place;
        v_length integer := 1;
        v_digits text := '';
    BEGIN
        WHILE v_rest >= 62 ^ v_length LOOP
            v_rest := v_rest - (62 ^ v_length)::bigint;
            v_length := v_length + 1;
        END LOOP;
        FOR _ IN 1..v_length LOOP
            v_digits := substr(
                '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', (v_rest % 62)::integer + 1, 1
            ) || v_digits;
            v_rest := v_rest / 62;
        END LOOP;
        RETURN chr(ascii('a') + v_length - 1) || v_digits;
    END
    $$
    """,
    "UPDATE tasks SET rank = pg_temp.placed(number - 1)",
    "UPDATE projects SET next_rank = next_number - 1",
    "ALTER TABLE tasks ALTER COLUMN rank DROP DEFAULT, ALTER COLUMN labels DROP DEFAULT, "
    "ALTER COLUMN depends_on DROP DEFAULT",
    "ALTER TABLE projects ALTER COLUMN next_rank DROP DEFAULT",
    "CREATE INDEX tasks_by_rank ON tasks (project_id, rank)",
    "CREATE INDEX tasks_by_label ON tasks USING gin (labels) WHERE labels <> '{}'",
    "CREATE INDEX tasks_by_milestone ON tasks (milestone) WHERE milestone IS NOT NULL",
    "CREATE INDEX tasks_by_sprint ON tasks (sprint) WHERE sprint IS NOT NULL",
)


def upgrade() -> None:
    """Make room, and give the tasks that are there the rank of their numbers."""
    for statement in STATEMENTS:
        op.execute(statement)
