"""Projects come from files: what was sent, how far it is, and projects that are not whole yet."""

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = (
    "ALTER TABLE projects ADD COLUMN importing boolean NOT NULL DEFAULT false",
    "CREATE INDEX tasks_expiring ON tasks (trashed_at, id) WHERE trashed_at IS NOT NULL",
    """
    CREATE TABLE imports (
        id uuid PRIMARY KEY,
        user_id bigint NOT NULL,
        status text NOT NULL,
        format text,
        name text,
        parts integer,
        digest text,
        done integer NOT NULL,
        total integer,
        errors jsonb NOT NULL,
        warnings jsonb NOT NULL,
        people jsonb,
        reserved jsonb,
        project_id bigint,
        attempts integer NOT NULL,
        holder uuid,
        held_until timestamptz,
        created_at timestamptz NOT NULL,
        finished_at timestamptz
    )
    """,
    "CREATE INDEX imports_by_user ON imports (user_id, status)",
    "CREATE INDEX imports_waiting ON imports (created_at) WHERE status IN ('queued', 'checking', 'importing')",
    """
    CREATE TABLE import_parts (
        import_id uuid NOT NULL,
        number integer NOT NULL,
        data bytea NOT NULL,
        PRIMARY KEY (import_id, number)
    )
    """,
)


def upgrade() -> None:
    """Make the column and the tables; the service role's rights come with them."""
    for statement in STATEMENTS:
        op.execute(statement)
