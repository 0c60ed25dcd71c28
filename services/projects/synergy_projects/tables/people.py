"""People, as far as projects must know them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Table,
    Text,
    Uuid,
)

from synergy_projects.tables.metadata import metadata

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
