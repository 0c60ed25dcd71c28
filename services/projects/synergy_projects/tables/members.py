"""Who is in a project."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Table,
    Text,
)

from synergy_projects.tables.metadata import metadata

members: Final = Table(
    "members",
    metadata,
    Column("project_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),
    Index("members_by_user", "user_id", "project_id", postgresql_include=["role"]),
)
"""Who is in a project, the owner too."""
