"""Tasks."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Sequence,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from synergy_projects.tables.metadata import metadata

task_ids: Final = Sequence("task_ids", metadata=metadata)

tasks: Final = Table(
    "tasks",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("impact", Integer, nullable=False),
    Column("assignees", ARRAY(BigInteger, as_tuple=True), nullable=False),
    Column("start_date", Date),
    Column("due_date", Date),
    Column("estimated_hours", Integer),
    Column("actual_hours", Integer),
    Column("story_points", Integer),
    Column("labels", ARRAY(Text, as_tuple=True), nullable=False),
    Column("depends_on", ARRAY(BigInteger, as_tuple=True), nullable=False),
    Column("milestone", BigInteger),
    Column("sprint", BigInteger),
    Column("rank", Text(collation="C"), nullable=False),
    Column("completed_at", DateTime(timezone=True)),
    Column("trashed_at", DateTime(timezone=True)),
    Column("due_soon_told", Date),
    Column("overdue_told", Date),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("comment_count", Integer, nullable=False),
    Column("time_logged_minutes", Integer, nullable=False),
    Index(
        "tasks_by_words",
        text("search_words(project_id, title, description)"),
        postgresql_using="gin",
        postgresql_where=text("trashed_at IS NULL"),
    ),
    Index(
        "tasks_by_parts",
        text("lower(title)"),
        text("lower(description)"),
        postgresql_using="gin",
        postgresql_where=text("trashed_at IS NULL"),
    ),
    Index("tasks_expiring", "trashed_at", "id", postgresql_where=text("trashed_at IS NOT NULL")),
    Index("tasks_by_number", "project_id", "number", unique=True),
    Index("tasks_by_project", "project_id", "id", postgresql_where=text("trashed_at IS NULL")),
    Index("tasks_by_rank", "project_id", "rank"),
    Index("tasks_by_label", "labels", postgresql_using="gin", postgresql_where=text("labels <> '{}'")),
    Index("tasks_by_milestone", "milestone", postgresql_where=text("milestone IS NOT NULL")),
    Index("tasks_by_sprint", "sprint", postgresql_where=text("sprint IS NOT NULL")),
    Index(
        "tasks_due",
        "due_date",
        "id",
        postgresql_where=text(
            "trashed_at IS NULL AND status <> 'done' AND due_date IS NOT NULL "
            "AND overdue_told IS DISTINCT FROM due_date"
        ),
    ),
    Index("tasks_in_trash", "project_id", "trashed_at", postgresql_where=text("trashed_at IS NOT NULL")),
    Index("tasks_by_assignee", "assignees", postgresql_using="gin"),
)
"""One row a task, also those in the trash. Impact and hours are in hundredths."""
