"""Which rows a state stands for: one line a table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Table

from synergy_projects import tables
from synergy_projects.domain.project import Project

Values = tuple[Any, ...]
"""A row's values, in the order of its table's columns."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A table, the name of its column that holds the project's id, and the rows of a project in it."""

    table: Table
    key: str
    rows: Callable[[Project], Iterable[Values]]


_OF_COUNTERS: Final = ("impact_total", "impact_done", "task_count", "completed_task_count", "progress")


def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


_project_row: Final = attrgetter(
    *(f"counters.{name}" if name in _OF_COUNTERS else name for name in _columns(tables.projects))
)


def _projects(project: Project) -> Iterable[Values]:
    return [_project_row(project)]


def _members(project: Project) -> Iterable[Values]:
    return [(project.id, user_id, role) for user_id, role in project.members.items()]


def _entities(table: Table, collection: str) -> Shape:
    """The shape of states under `collection` whose attributes are the columns; `project_id` is the project's."""
    columns = _columns(table)
    place = columns.index("project_id")
    values = attrgetter(*(name for name in columns if name != "project_id"))

    def rows(project: Project) -> Iterable[Values]:
        own = (project.id,)
        found = map(values, getattr(project, collection).values())
        return [row[:place] + own + row[place:] for row in found]

    return Shape(table, "project_id", rows)


def _subtasks(project: Project) -> Iterable[Values]:
    return [
        (task.id, subtask.id, project.id, subtask.title, subtask.is_completed)
        for task in project.tasks.values()
        for subtask in task.subtasks.values()
    ]


SHAPES: Final[Mapping[str, Shape]] = {
    shape.table.name: shape
    for shape in (
        Shape(tables.projects, "id", _projects),
        Shape(tables.members, "project_id", _members),
        _entities(tables.tasks, "tasks"),
        _entities(tables.comments, "comments"),
        Shape(tables.subtasks, "project_id", _subtasks),
        _entities(tables.time_logs, "time_logs"),
        _entities(tables.timers, "timers"),
        _entities(tables.labels, "labels"),
        _entities(tables.milestones, "milestones"),
        _entities(tables.sprints, "sprints"),
    )
}
INLINE: Final[Mapping[str, Table]] = {name: shape.table for name, shape in SHAPES.items()}
COLUMNS: Final = {name: _columns(table) for name, table in INLINE.items()}
KEYS: Final = {name: tuple(column.name for column in table.primary_key) for name, table in INLINE.items()}


def tuples(project: Project | None) -> dict[str, list[Values]]:
    """Every row that the state, whole or partial, stands for; the columns in the order of their tables."""
    if project is None or project.purged:
        return {name: [] for name in SHAPES}
    return {name: list(shape.rows(project)) for name, shape in SHAPES.items()}
