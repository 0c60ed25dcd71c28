"""The writes that turn a state's old rows into its new ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Table, bindparam, delete, insert, update

from synergy_chassis.store import Constant, Writer
from synergy_projects.domain.project import Project
from synergy_projects.projections.shapes import COLUMNS, INLINE, KEYS, SHAPES, tuples

MANY: Final = 8
"""Rows for which one more round trip pays."""

Row = dict[str, Any]
Rows = dict[str, dict[tuple[Any, ...], Row]]
"""Table name → primary key → row."""


def rows(project: Project | None) -> Rows:
    """The same rows by their keys and the names of their columns."""
    return {name: dict(_named(name, row) for row in found) for name, found in tuples(project).items()}


def _named(table: str, values: tuple[Any, ...]) -> tuple[tuple[Any, ...], Row]:
    row = dict(zip(COLUMNS[table], values, strict=True))
    return tuple(row[column] for column in KEYS[table]), row


@dataclass(frozen=True, slots=True)
class Write:
    """One statement for one row. `values` are the columns to set, none for a deletion."""

    table: str
    verb: str
    key: tuple[Any, ...]
    values: Row


def writes(before: Rows, after: Rows) -> Iterator[Write]:
    """What to write so that rows that were `before` become `after`."""
    for name, wanted in after.items():
        held = before[name]
        for key, row in wanted.items():
            if key not in held:
                yield Write(name, "insert", key, row)
            elif changed := {column: value for column, value in row.items() if held[key][column] != value}:
                yield Write(name, "update", key, changed)
        for key in held.keys() - wanted.keys():
            yield Write(name, "delete", key, {})


def joining(pending: Iterable[Write]) -> Iterator[int]:
    """The users whom these writes let into a project."""
    for write in pending:
        if write.table == "members" and write.verb == "insert":
            _, user_id = write.key
            yield user_id


def queue(pending: Iterable[Write], writer: Writer) -> None:
    """Hand the writes to an append's transaction: many new rows of a table that follow each other as one statement."""
    for (table, verb), alike in groupby(pending, attrgetter("table", "verb")):
        found = list(alike)
        if verb == "insert" and len(found) >= MANY:
            writer.execute(_insert(table), [write.values for write in found])
            continue
        for write in found:
            _queue(write, writer)


def _queue(write: Write, writer: Writer) -> None:
    key = {f"key_{column}": value for column, value in zip(KEYS[write.table], write.key, strict=True)}
    if write.verb == "insert":
        writer.execute(_insert(write.table), write.values)
    elif write.verb == "update":
        writer.execute(_update(write.table, tuple(write.values)), key | write.values)
    else:
        writer.execute(_delete(write.table), key)


def clear(project_id: int, writer: Writer) -> None:
    """Have every row of a project deleted."""
    for name in SHAPES:
        writer.execute(_clear(name), {"of_project": project_id})


@lru_cache
def _clear(name: str) -> Constant:
    shape = SHAPES[name]
    return Constant(delete(shape.table).where(shape.table.c[shape.key] == bindparam("of_project")))


@lru_cache
def _insert(name: str) -> Constant:
    names = [column.name for column in INLINE[name].columns]
    return Constant(insert(INLINE[name]).values({column: bindparam(column) for column in names}))


@lru_cache(maxsize=256)
def _update(name: str, columns: tuple[str, ...]) -> Constant:
    table = INLINE[name]
    return Constant(update(table).where(*_is_key(table)).values({column: bindparam(column) for column in columns}))


@lru_cache
def _delete(name: str) -> Constant:
    return Constant(delete(INLINE[name]).where(*_is_key(INLINE[name])))


def _is_key(table: Table) -> list[Any]:
    return [column == bindparam(f"key_{column.name}") for column in table.primary_key]
