"""Rows back into state: a project with its members, and tasks."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    RowMapping,
    Select,
    Sequence,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from synergy_projects import tables
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Project, Task

_COUNTERS: Final = ("impact_total", "impact_done", "task_count", "completed_task_count")
_OF_PROJECTS: Final = [column for column in tables.projects.columns if column.name not in {*_COUNTERS, "progress"}]
_OF_TASKS: Final = [column for column in tables.tasks.columns if column.name != "project_id"]


@lru_cache
def with_members(*, some: bool = False) -> Select[Any]:
    """
    Projects with their members as an array of [user id, role] pairs.

    With `some` only those members whose ids are given as the parameter `some`.
    """
    members = tables.members
    pair = func.jsonb_build_array(members.c.user_id, members.c.role)
    pairs = select(func.jsonb_agg(aggregate_order_by(pair, members.c.user_id))).where(
        members.c.project_id == tables.projects.c.id
    )
    if some:
        pairs = pairs.where(members.c.user_id == any_(bindparam("some", type_=ARRAY(BigInteger))))
    counters = [tables.projects.c[name] for name in _COUNTERS]
    return select(*_OF_PROJECTS, *counters, pairs.scalar_subquery().label("members"))


@lru_cache
def _of_id(*, some: bool, sequence: Sequence | None = None) -> Select[Any]:
    statement = with_members(some=some).where(tables.projects.c.id == bindparam("project_id"))
    return statement if sequence is None else statement.add_columns(sequence.next_value().label("fresh_id"))


def project_from(row: Mapping[str, Any] | RowMapping) -> Project:
    """The state that a row of `with_members` stands for."""
    fields = {column.name: row[column.name] for column in _OF_PROJECTS}
    return Project(
        **fields,
        counters=Counters(**{name: row[name] for name in _COUNTERS}),
        members=dict(row["members"] or ()),
    )


def project(connection: Connection, project_id: int, *, only: Collection[int] | None = None) -> Project | None:
    """One project, also from the trash, with all its members or only these users of them."""
    parameters = {"project_id": project_id} | ({} if only is None else {"some": list(only)})
    row = connection.execute(_of_id(some=only is not None), parameters).mappings().first()
    return None if row is None else project_from(row)


def project_and_next_id(
    connection: Connection, project_id: int, sequence: Sequence, *, only: Collection[int]
) -> tuple[Project | None, int]:
    """The same, and a fresh id of the sequence, in one statement."""
    parameters = {"project_id": project_id, "some": list(only)}
    row = connection.execute(_of_id(some=True, sequence=sequence), parameters).mappings().first()
    return (None, 0) if row is None else (project_from(row), row["fresh_id"])


def tasks(connection: Connection, *where: ColumnElement[bool]) -> dict[int, Task]:
    """The tasks of which all of this is true, in the order of their ids."""
    found = connection.execute(select(*_OF_TASKS).where(*where).order_by(tables.tasks.c.id))
    return {row.id: task_from(row) for row in found}


def task_from(row: Row[Any]) -> Task:
    """The state that a row of the tasks table stands for."""
    return Task(**{column.name: getattr(row, column.name) for column in _OF_TASKS})
