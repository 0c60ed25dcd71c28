"""Files that become projects."""

from typing import Final

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from synergy_projects.tables.metadata import metadata

imports: Final = Table(
    "imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("format", Text),
    Column("name", Text),
    Column("parts", Integer),
    Column("digest", Text),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("errors", JSONB, nullable=False),
    Column("warnings", JSONB, nullable=False),
    Column("people", JSONB(none_as_null=True)),
    Column("reserved", JSONB(none_as_null=True)),
    Column("project_id", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("holder", Uuid),
    Column("held_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    Index("imports_by_user", "user_id", "status"),
    Index("imports_waiting", "created_at", postgresql_where=text("status IN ('queued', 'checking', 'importing')")),
)
"""
One row an import. Whoever works on it is the `holder` until then. `people` are the ids of those whom the file names, in
the order in which it does, null for who is not known here; `reserved` the ids of what is made. `done` and `total` count
tasks. No part of any project's history.
"""

import_parts: Final = Table(
    "import_parts",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
"""The files, in parts, until they are imported."""
