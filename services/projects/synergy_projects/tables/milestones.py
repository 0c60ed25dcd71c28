"""Milestones."""

from typing import Final

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, Integer, Sequence, Table, Text, text

from synergy_projects.tables.metadata import metadata

milestone_ids: Final = Sequence("milestone_ids", metadata=metadata)

milestones: Final = Table(
    "milestones",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("due_date", Date),
    Column("status", Text, nullable=False),
    Column("completed_at", DateTime(timezone=True)),
    Column("missed", Date),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("milestones_by_project", "project_id", "id"),
    Index("milestones_by_due_date", "due_date", postgresql_where=text("status = 'open'")),
)
"""One row a milestone; `missed` is the due date that passed while it was open."""
