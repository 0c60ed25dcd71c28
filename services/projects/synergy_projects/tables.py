"""The read model: rows that are written with the events and always equal to their fold."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Numeric,
    Sequence,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

metadata: Final = MetaData()

project_ids: Final = Sequence("project_ids", metadata=metadata)
task_ids: Final = Sequence("task_ids", metadata=metadata)

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
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("trashed_at", DateTime(timezone=True)),
    Index("projects_by_creation", "created_at", "id", postgresql_where=text("trashed_at IS NULL")),
)
"""One row a project, also those in the trash. Impacts are in hundredths."""

members: Final = Table(
    "members",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),
    Index("members_by_user", "user_id", "project_id", postgresql_include=["role"]),
)
"""Who is in a project, the owner too."""

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
    Column("completed_at", DateTime(timezone=True)),
    Column("trashed_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("tasks_by_number", "project_id", "number", unique=True),
    Index("tasks_by_project", "project_id", "id", postgresql_where=text("trashed_at IS NULL")),
    Index("tasks_by_assignee", "assignees", postgresql_using="gin"),
)
"""One row a task, also those in the trash. Impact and hours are in hundredths."""

leaving: Final = Table(
    "leaving",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("attempt", Uuid, primary_key=True),
    Column("until", DateTime(timezone=True), nullable=False),
)
"""Users who are being erased, by attempt: until then, or until it is taken back, they start no project."""

people: Final = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("username", Text, nullable=False),
    Column("full_name", Text, nullable=False),
)
"""Names of users, copied from auth, which owns them. Not part of any project's history."""
