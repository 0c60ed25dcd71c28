"""Words are found in tasks, comments and projects."""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    # The words as they stand, and their English and German stems: nobody says in which language a text is. The lexeme
    # with the project's id holds a space, as no word does, so one index finds words within some projects. The cost is
    # that of cutting a text into words: what the index can tell is not to be asked of the text.
    """
    CREATE FUNCTION search_words(project_id bigint, title text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
    RETURN pg_catalog.setweight(
            pg_catalog.to_tsvector('pg_catalog.simple'::pg_catalog.regconfig, title)
            || pg_catalog.to_tsvector('pg_catalog.english'::pg_catalog.regconfig, title)
            || pg_catalog.to_tsvector('pg_catalog.german'::pg_catalog.regconfig, title),
            'A'
        )
        || pg_catalog.to_tsvector('pg_catalog.simple'::pg_catalog.regconfig, body)
        || pg_catalog.to_tsvector('pg_catalog.english'::pg_catalog.regconfig, body)
        || pg_catalog.to_tsvector('pg_catalog.german'::pg_catalog.regconfig, body)
        || pg_catalog.array_to_tsvector(ARRAY['project ' || project_id])
    """,
    """
    CREATE INDEX tasks_by_words ON tasks USING gin (search_words(project_id, title, description))
    WHERE trashed_at IS NULL
    """,
    "CREATE INDEX comments_by_words ON comments USING gin (search_words(project_id, ''::text, content))",
    """
    CREATE INDEX projects_by_words ON projects USING gin (search_words(id, name, description))
    WHERE trashed_at IS NULL
    """,
)


def upgrade() -> None:
    """Make the function and an index for each kind of text."""
    for statement in STATEMENTS:
        op.execute(statement)
