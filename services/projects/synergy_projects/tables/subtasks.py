"""The steps of tasks."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Sequence, Table, Text

from synergy_projects.tables.metadata import metadata

subtask_ids: Final = Sequence("subtask_ids", metadata=metadata)

subtasks: Final = Table(
    "subtasks",
    metadata,
    Column("task_id", BigInteger, primary_key=True, autoincrement=False),
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("is_completed", Boolean, nullable=False),
    Index("subtasks_by_project", "project_id"),
)
"""One row a subtask, also those of tasks in the trash. Their order is that of their ids."""
