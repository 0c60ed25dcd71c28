"""Time spent on tasks, and timers that run."""

from typing import Final

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, Integer, Sequence, Table, Text

from synergy_projects.tables.metadata import metadata

time_log_ids: Final = Sequence("time_log_ids", metadata=metadata)

time_logs: Final = Table(
    "time_logs",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, nullable=False),
    Column("task_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("spent_on", Date, nullable=False),
    Column("note", Text, nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("time_logs_by_task", "task_id", "id"),
    Index("time_logs_by_project", "project_id"),
)
"""One row an entry, also those of tasks in the trash. `started_at` where a timer measured it."""

timers: Final = Table(
    "timers",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("task_id", BigInteger, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Index("timers_by_user", "user_id", unique=True),
)
"""Timers that run: at most one a person, in all projects together."""
