"""Comments."""

from typing import Final

from sqlalchemy import BigInteger, Column, DateTime, Index, Sequence, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from synergy_projects.tables.metadata import metadata

comment_ids: Final = Sequence("comment_ids", metadata=metadata)

comments: Final = Table(
    "comments",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, nullable=False),
    Column("task_id", BigInteger, nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Column("mentions", ARRAY(BigInteger, as_tuple=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("comments_by_words", text("search_words(project_id, ''::text, content)"), postgresql_using="gin"),
    Index("comments_by_task", "task_id", "id"),
    Index("comments_by_project", "project_id"),
)
"""One row a comment, also those of tasks in the trash. The text holds `<@id>` for each of the mentions."""
