"""Parts of words are found in tasks without reading all of them."""

from alembic import op

revision = "0011"
down_revision = "0010"

# pg_trgm is one of the extensions that come with PostgreSQL and that a database's owner may create. Where a server has
# been built without it, or the migrating role may not create it, lists are searched as before, by reading.
PARTS = """
DO $$
BEGIN
    BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
    EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
        RAISE NOTICE 'Parts of words are found without an index: %', SQLERRM;
    END;
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
        CREATE INDEX tasks_by_parts ON tasks USING gin (lower(title) gin_trgm_ops, lower(description) gin_trgm_ops)
        WHERE trashed_at IS NULL;
    END IF;
END
$$
"""


def upgrade() -> None:
    """Make the index, where it can be."""
    op.execute(PARTS)
