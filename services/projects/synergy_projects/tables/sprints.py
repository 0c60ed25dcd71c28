"""Sprints."""

from typing import Final

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, Integer, Sequence, Table, Text

from synergy_projects.tables.metadata import metadata

sprint_ids: Final = Sequence("sprint_ids", metadata=metadata)

sprints: Final = Table(
    "sprints",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("goal", Text, nullable=False),
    Column("start_date", Date),
    Column("end_date", Date),
    Column("status", Text, nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("completed_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("sprints_by_project", "project_id", "id"),
)
"""One row a sprint."""
