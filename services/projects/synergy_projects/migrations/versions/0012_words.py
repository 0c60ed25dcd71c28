"""Words of a text are found by a function that a session plans once, not again for each row that is written."""

from alembic import op

revision = "0012"
down_revision = "0011"

# The same words as before, so the indexes stay as they are. A function in SQL is begun anew each time that a task is
# written, which took as long as to find the words.
WORDS = """
CREATE OR REPLACE FUNCTION search_words(project_id bigint, title text, body text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 10000 AS $$
BEGIN
    RETURN pg_catalog.setweight(
            pg_catalog.to_tsvector('pg_catalog.simple'::pg_catalog.regconfig, title)
            OPERATOR(pg_catalog.||) pg_catalog.to_tsvector('pg_catalog.english'::pg_catalog.regconfig, title)
            OPERATOR(pg_catalog.||) pg_catalog.to_tsvector('pg_catalog.german'::pg_catalog.regconfig, title),
            'A'
        )
        OPERATOR(pg_catalog.||) pg_catalog.to_tsvector('pg_catalog.simple'::pg_catalog.regconfig, body)
        OPERATOR(pg_catalog.||) pg_catalog.to_tsvector('pg_catalog.english'::pg_catalog.regconfig, body)
        OPERATOR(pg_catalog.||) pg_catalog.to_tsvector('pg_catalog.german'::pg_catalog.regconfig, body)
        OPERATOR(pg_catalog.||) pg_catalog.array_to_tsvector(
            ARRAY['project ' OPERATOR(pg_catalog.||) project_id::pg_catalog.text]
        );
END
$$
"""


def upgrade() -> None:
    """Replace the function."""
    op.execute(WORDS)
