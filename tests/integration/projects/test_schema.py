"""The database is what the tables say, and the service may do no more than it needs."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from synergy_projects import tables


def test_the_migrations_make_the_tables_that_the_queries_use(projects_engine):
    with projects_engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": lambda name, kind, _: name != "alembic_version"},
        )
        differences = compare_metadata(context, tables.metadata)

    assert differences == []


@pytest.mark.parametrize(
    "statement",
    ["UPDATE store.events SET type = 'x'", "DELETE FROM store.events", "TRUNCATE store.events", "DROP TABLE tasks"],
)
def test_the_service_cannot_change_what_was_stored(projects_engine, statement):
    with projects_engine.connect() as connection, pytest.raises(ProgrammingError, match=r"permission|owner"):
        connection.execute(text(statement))
