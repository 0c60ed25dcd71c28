"""Rows back into state: a project with its members, tasks with their subtasks, and what else hangs on them."""

from collections.abc import Collection, Iterable, Mapping
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
from synergy_projects.domain.project import Comment, Project, Subtask, Task, TimeLog, Timer

_COUNTERS: Final = ("impact_total", "impact_done", "task_count", "completed_task_count")
_OF_PROJECTS: Final = [column for column in tables.projects.columns if column.name not in {*_COUNTERS, "progress"}]
_OF_TASKS: Final = [column for column in tables.tasks.columns if column.name != "project_id"]
_S: Final = tables.subtasks.c
_SUBTASK: Final = func.jsonb_build_array(_S.id, _S.title, _S.is_completed)
_SUBTASKS: Final = (
    select(func.jsonb_agg(aggregate_order_by(_SUBTASK, _S.id))).where(_S.task_id == tables.tasks.c.id).scalar_subquery()
)
of_tasks: Final = select(*_OF_TASKS, tables.tasks.c.project_id, _SUBTASKS.label("subtasks"))
"""Tasks, each with its subtasks, for `task_from`."""
of_comments: Final = select(*(column for column in tables.comments.columns if column.name != "project_id"))
of_time_logs: Final = select(*(column for column in tables.time_logs.columns if column.name != "project_id"))
_OF_TIMERS: Final = select(*(column for column in tables.timers.columns if column.name != "project_id"))


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
    found = connection.execute(of_tasks.where(*where).order_by(tables.tasks.c.id))
    return {row.id: task_from(row) for row in found}


def task_from(row: Any) -> Task:
    """The state that a row of `of_tasks` stands for."""
    fields = {column.name: getattr(row, column.name) for column in _OF_TASKS}
    return Task(**fields, subtasks=subtasks_from(row.id, row.subtasks))


def subtasks_from(task_id: int, found: Iterable[tuple[int, str, bool]] | None) -> dict[int, Subtask]:
    """The subtasks of a task, from (id, title, is completed)."""
    return {
        subtask_id: Subtask(id=subtask_id, task_id=task_id, title=title, is_completed=is_completed)
        for subtask_id, title, is_completed in found or ()
    }


def comments(connection: Connection, *where: ColumnElement[bool]) -> dict[int, Comment]:
    """The comments of which all of this is true."""
    return {row.id: comment_from(row) for row in connection.execute(of_comments.where(*where))}


def comment_from(row: Row[Any]) -> Comment:
    """The state that a row of `of_comments` stands for."""
    return Comment(**row._mapping)


def time_logs(connection: Connection, *where: ColumnElement[bool]) -> dict[int, TimeLog]:
    """The time logs of which all of this is true."""
    return {row.id: time_log_from(row) for row in connection.execute(of_time_logs.where(*where))}


def time_log_from(row: Row[Any]) -> TimeLog:
    """The state that a row of `of_time_logs` stands for."""
    return TimeLog(**row._mapping)


def timer(connection: Connection, project_id: int, user_id: int) -> dict[int, Timer]:
    """The user's timer, if it runs in the project."""
    columns = tables.timers.c
    found = connection.execute(_OF_TIMERS.where(columns.project_id == project_id, columns.user_id == user_id))
    return {row.user_id: Timer(**row._mapping) for row in found}
