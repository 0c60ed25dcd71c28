"""Labels."""

from typing import Final

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, Sequence, Table, Text

from synergy_projects.tables.metadata import metadata

label_ids: Final = Sequence("label_ids", metadata=metadata)

labels: Final = Table(
    "labels",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("project_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("color", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("labels_by_name", "project_id", "folded", unique=True),
)
"""One row a label; `folded` is its name as it is compared."""
