"""
A project's state as rows, and the writes that turn its old rows into its new ones.

Live commands and the rebuild share this one path: both evolve the state by the stored events, and both write
its `tuples`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Delete, Insert, Table, Update, bindparam, delete, insert, update

from synergy_chassis.store import EventCodec, Writer
from synergy_chassis.store.models import Fact
from synergy_projects import tables
from synergy_projects.domain.events import STORED_AS, entity
from synergy_projects.domain.project import Project, evolve

CODEC: Final = EventCodec(STORED_AS, entity=entity)
"""How the events of projects are stored."""

Row = dict[str, Any]
Rows = dict[str, dict[tuple[Any, ...], Row]]
"""Table name → primary key → row."""

INLINE: Final[Mapping[str, Table]] = {table.name: table for table in (tables.projects, tables.members, tables.tasks)}
_COLUMNS: Final = {name: tuple(column.name for column in table.columns) for name, table in INLINE.items()}
_KEYS: Final = {name: tuple(column.name for column in table.primary_key) for name, table in INLINE.items()}
_OF_COUNTERS: Final = ("impact_total", "impact_done", "task_count", "completed_task_count", "progress")
_project_row: Final = attrgetter(
    *(f"counters.{name}" if name in _OF_COUNTERS else name for name in _COLUMNS["projects"])
)
_task_row: Final = attrgetter(*(name for name in _COLUMNS["tasks"] if name != "project_id"))
_PROJECT_ID: Final = _COLUMNS["tasks"].index("project_id")


def tuples(project: Project | None) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that the state, whole or partial, stands for; the columns in the order of their tables."""
    if project is None:
        return {name: [] for name in INLINE}
    own, rows = (project.id,), map(_task_row, project.tasks.values())
    return {
        "projects": [_project_row(project)],
        "members": [(project.id, user_id, role) for user_id, role in project.members.items()],
        "tasks": [row[:_PROJECT_ID] + own + row[_PROJECT_ID:] for row in rows],
    }


def rows(project: Project | None) -> Rows:
    """The same rows by their keys and the names of their columns."""
    return {name: dict(_named(name, row) for row in found) for name, found in tuples(project).items()}


def _named(table: str, values: tuple[Any, ...]) -> tuple[tuple[Any, ...], Row]:
    row = dict(zip(_COLUMNS[table], values, strict=True))
    return tuple(row[column] for column in _KEYS[table]), row


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
    """Hand the writes to an append's transaction."""
    for write in pending:
        key = {f"key_{column}": value for column, value in zip(_KEYS[write.table], write.key, strict=True)}
        if write.verb == "insert":
            writer.execute(_insert(write.table), write.values)
        elif write.verb == "update":
            writer.execute(_update(write.table, tuple(write.values)), key | write.values)
        else:
            writer.execute(_delete(write.table), key)


@lru_cache
def _insert(name: str) -> Insert:
    return insert(INLINE[name]).values({column: bindparam(column) for column in INLINE[name].columns.keys()})  # noqa: SIM118


@lru_cache(maxsize=256)
def _update(name: str, columns: tuple[str, ...]) -> Update:
    table = INLINE[name]
    return update(table).where(*_is_key(table)).values({column: bindparam(column) for column in columns})


@lru_cache
def _delete(name: str) -> Delete:
    return delete(INLINE[name]).where(*_is_key(INLINE[name]))


def _is_key(table: Table) -> list[Any]:
    return [column == bindparam(f"key_{column.name}") for column in table.primary_key]


class ProjectModel:
    """The inline model of the project streams, for the rebuild: a stream's rows are the rows of its fold."""

    name = "project"
    category = "project"
    tables: Sequence[Table] = tuple(INLINE.values())
    keys: Mapping[str, str] = {"projects": "id", "members": "project_id", "tasks": "project_id"}

    def key(self, stream: str) -> int:
        """The id that selects a stream's rows in each table."""
        return int(stream.removeprefix("project-"))

    def stream(self, key: int) -> str:
        """The stream of rows with this id."""
        return f"project-{key}"

    def fold(self, facts: Iterable[Fact]) -> Mapping[str, Sequence[tuple[Any, ...]]]:
        """The full rows of a stream's events, table by table."""
        project: Project | None = None
        read = CODEC.read
        for fact in facts:
            project = evolve(project, read(fact), version=fact[1], at=fact[5])
        return tuples(project)
