"""What PostgreSQL would call a broken constraint, where SQLite names the columns."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Index, MetaData, Table, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from synergy_chassis.store.errors import RowConflict


@contextmanager
def row_conflicts(metadata: MetaData) -> Iterator[None]:
    """Turn SQLite's integrity errors on the tables of `metadata` into RowConflict."""
    try:
        yield
    except IntegrityError as error:
        raise RowConflict(_name(metadata, str(error.orig))) from error


def _name(metadata: MetaData, said: str) -> str:
    """The constraint; for NOT NULL, which has no name, the column."""
    kind, _, rest = said.partition(" constraint failed: ")
    places = re.findall(r"(\w+)\.(\w+)", rest)
    if not places:
        return rest
    if kind == "NOT NULL":
        return str(places[0][1])
    table = metadata.tables[places[0][0]]
    return _unique(table, {column for _, column in places})


def _unique(table: Table, columns: set[str]) -> str:
    """The name of what must be unique in these columns: the one it was given, or PostgreSQL's default."""
    if columns == set(table.primary_key.columns.keys()):
        return str(table.primary_key.name or f"{table.name}_pkey")
    known: list[UniqueConstraint | Index] = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    for rule in (*known, *(index for index in table.indexes if index.unique)):
        if columns == set(rule.columns.keys()) and rule.name is not None:
            return str(rule.name)
    in_order = [name for name in table.columns.keys() if name in columns]  # noqa: SIM118
    return "_".join([table.name, *in_order, "key"])
