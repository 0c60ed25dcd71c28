"""Projects."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    Sequence,
    SmallInteger,
    Table,
    Text,
    text,
)

from synergy_projects.tables.metadata import metadata

project_ids: Final = Sequence("project_ids", metadata=metadata)

projects: Final = Table(
    "projects",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("owner_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("start_date", Date),
    Column("end_date", Date),
    Column("budget", Numeric(15, 2)),
    Column("impact_total", BigInteger, nullable=False),
    Column("impact_done", BigInteger, nullable=False),
    Column("task_count", Integer, nullable=False),
    Column("completed_task_count", Integer, nullable=False),
    Column("progress", SmallInteger, nullable=False),
    Column("next_number", Integer, nullable=False),
    Column("next_rank", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("trashed_at", DateTime(timezone=True)),
    Column("archived_at", DateTime(timezone=True)),
    Column("importing", Boolean, nullable=False),
    Index(
        "projects_by_words",
        text("search_words(id, name, description)"),
        postgresql_using="gin",
        postgresql_where=text("trashed_at IS NULL"),
    ),
    Index("projects_by_creation", "created_at", "id", postgresql_where=text("trashed_at IS NULL")),
    Index("projects_in_trash", "trashed_at", "id", postgresql_where=text("trashed_at IS NOT NULL")),
)
"""One row a project, also those in the trash. Impacts are in hundredths."""
