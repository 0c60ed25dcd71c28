"""Rows back into state: a project with its members, tasks with their subtasks, and what else belongs to them."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Row,
    RowMapping,
    ScalarSelect,
    Select,
    Sequence,
    Table,
    any_,
    bindparam,
    func,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from synergy_chassis.store import Constant, Question
from synergy_projects import tables
from synergy_projects.domain.person import Person
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import (
    Comment,
    Label,
    Milestone,
    Project,
    Sprint,
    Subtask,
    Task,
    TimeLog,
    Timer,
    folded,
)

Entity = TypeVar("Entity", Label, Milestone, Sprint)

_COUNTERS: Final = ("impact_total", "impact_done", "task_count", "completed_task_count")
_OF_PROJECTS: Final = [column for column in tables.projects.columns if column.name not in {*_COUNTERS, "progress"}]
_OF_TASKS: Final = [column for column in tables.tasks.columns if column.name != "project_id"]
_NAMES_OF_TASKS: Final = tuple(column.name for column in _OF_TASKS)
_NAMES_OF_PROJECTS: Final = tuple(column.name for column in _OF_PROJECTS)
_BESIDE: Final = "of_"
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
    counters = [tables.projects.c[name] for name in _COUNTERS]
    return select(*_OF_PROJECTS, *counters, _members(some=some).label("members"))


def beside() -> list[ColumnElement[Any]]:
    """The columns of `with_members(some=True)`, for rows that are not of projects; `project_beside` takes them."""
    columns = [*_OF_PROJECTS, *(tables.projects.c[name] for name in _COUNTERS)]
    return [
        *(column.label(_BESIDE + column.name) for column in columns),
        _members(some=True).label(f"{_BESIDE}members"),
    ]


def project_beside(row: Mapping[str, Any]) -> Project:
    """The state that the columns of `beside` stand for."""
    names = *_NAMES_OF_PROJECTS, *_COUNTERS, "members"
    return project_from({name: row[_BESIDE + name] for name in names})


def _members(*, some: bool) -> ScalarSelect[Any]:
    members = tables.members
    pair = func.jsonb_build_array(members.c.user_id, members.c.role)
    pairs = select(func.jsonb_agg(aggregate_order_by(pair, members.c.user_id))).where(
        members.c.project_id == tables.projects.c.id
    )
    if some:
        pairs = pairs.where(members.c.user_id == any_(bindparam("some", type_=ARRAY(BigInteger))))
    return pairs.scalar_subquery()


def named_members() -> ScalarSelect[Any]:
    """The names of a project's members and owner, as an array of [id, username, full name]; for `people_from`."""
    members, known = tables.members.c, tables.people.c
    inside = select(members.user_id).where(members.project_id == tables.projects.c.id).correlate(tables.projects)
    ids = func.array(inside.scalar_subquery(), type_=ARRAY(BigInteger))
    everyone = func.array_append(ids, tables.projects.c.owner_id, type_=ARRAY(BigInteger))
    found = func.jsonb_build_array(known.id, known.username, known.full_name)
    return select(func.jsonb_agg(found)).where(known.id == any_(everyone)).scalar_subquery()


def named_assignees() -> ScalarSelect[Any]:
    """The names of a task's assignees, in the same form."""
    known = tables.people.c
    found = func.jsonb_build_array(known.id, known.username, known.full_name)
    return select(func.jsonb_agg(found)).where(known.id == any_(tables.tasks.c.assignees)).scalar_subquery()


def people_from(found: Iterable[tuple[int, str, str]] | None) -> dict[int, Person]:
    """Names by whose they are."""
    return {number: Person(number, username, full_name) for number, username, full_name in found or ()}


@lru_cache
def _of_id(*, some: bool, sequence: Sequence | None = None) -> Constant:
    statement = with_members(some=some).where(tables.projects.c.id == bindparam("project_id"))
    return Constant(statement if sequence is None else statement.add_columns(sequence.next_value().label("fresh_id")))


def project_from(row: Mapping[str, Any] | RowMapping) -> Project:
    """The state that a row of `with_members` stands for."""
    fields = {name: row[name] for name in _NAMES_OF_PROJECTS}
    return Project(
        **fields,
        counters=Counters(**{name: row[name] for name in _COUNTERS}),
        members=dict(row["members"] or ()),
    )


def project(connection: Connection, project_id: int, *, only: Collection[int] | None = None) -> Project | None:
    """One project, also from the trash, with all its members or only these users of them."""
    question, parameters = of_project(project_id, only=only)
    return first_project_from(question.rows(connection, parameters))


def of_project(project_id: int, *, only: Collection[int] | None = None) -> Question:
    """What asks for the same; `first_project_from` takes its rows."""
    return _of_id(some=only is not None), {"project_id": project_id} | ({} if only is None else {"some": list(only)})


def first_project_from(rows: Iterable[Mapping[str, Any]]) -> Project | None:
    """The project of `of_project`, None where there is none."""
    row = next(iter(rows), None)
    return None if row is None else project_from(row)


def project_and_next_id(project_id: int, sequence: Sequence, *, only: Collection[int]) -> Question:
    """What asks for the same and a fresh id of the sequence, in one statement; `project_and_id_from` takes its rows."""
    return _of_id(some=True, sequence=sequence), {"project_id": project_id, "some": list(only)}


def project_and_id_from(rows: Iterable[Mapping[str, Any]]) -> tuple[Project | None, int]:
    """The project and the fresh id of `project_and_next_id`."""
    row = next(iter(rows), None)
    return (None, 0) if row is None else (project_from(row), row["fresh_id"])


def tasks(connection: Connection, *where: ColumnElement[bool]) -> dict[int, Task]:
    """The tasks of which all of this is true, in the order of their ids."""
    found = connection.execute(of_tasks.where(*where).order_by(tables.tasks.c.id))
    return {row.id: task_from(row) for row in found}


def task_from(row: Any) -> Task:
    """The state that a row of `of_tasks` stands for."""
    return task_of(row._mapping)


def task_of(row: Mapping[str, Any] | RowMapping) -> Task:
    """The same of a row by the names of its columns."""
    fields = {name: row[name] for name in _NAMES_OF_TASKS}
    return Task(**fields, subtasks=subtasks_from(row["id"], row["subtasks"]))


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


def timers(connection: Connection, *where: ColumnElement[bool]) -> dict[int, Timer]:
    """The timers of which all of this is true, by whose they are."""
    return {row.user_id: Timer(**row._mapping) for row in connection.execute(_OF_TIMERS.where(*where))}


def timer(connection: Connection, project_id: int, user_id: int) -> dict[int, Timer]:
    """The user's timer, if it runs in the project."""
    columns = tables.timers.c
    found = connection.execute(_OF_TIMERS.where(columns.project_id == project_id, columns.user_id == user_id))
    return {row.user_id: Timer(**row._mapping) for row in found}


def task_and_awaited(
    connection: Connection, project_id: int, task_id: int, *, also: Collection[int] = ()
) -> dict[int, Task]:
    """A task of the project, the tasks it depends on, and `also` these, as far as they are in the project."""
    return tasks_and_awaited(connection, project_id, [task_id], also=also)


def tasks_and_awaited(
    connection: Connection, project_id: int, task_ids: Collection[int], *, also: Collection[int] = ()
) -> dict[int, Task]:
    """The same of several tasks."""
    question, parameters = with_awaited(project_id, task_ids, also=also)
    return tasks_from(question.rows(connection, parameters))


def with_awaited(project_id: int, task_ids: Collection[int], *, also: Collection[int] = ()) -> Question:
    """What asks for the same; `tasks_from` takes its rows."""
    return _tasks_and_awaited(), {"project_id": project_id, "task_ids": list(task_ids), "also": list(also)}


def tasks_from(rows: Iterable[Mapping[str, Any]]) -> dict[int, Task]:
    """The tasks that rows of `of_tasks` stand for, in their order."""
    return {row["id"]: task_of(row) for row in rows}


@lru_cache
def _tasks_and_awaited() -> Constant:
    ids, one = ARRAY(BigInteger), tables.tasks.alias("one")
    themselves, also = bindparam("task_ids", type_=ids), bindparam("also", type_=ids)
    awaited = select(func.unnest(one.c.depends_on)).where(one.c.id == any_(themselves))
    named = select(func.unnest(themselves)), awaited, select(func.unnest(also))
    wanted = func.array(union_all(*named).scalar_subquery(), type_=ids)
    within = tables.tasks.c.project_id == bindparam("project_id", type_=BigInteger)
    return Constant(of_tasks.where(within, tables.tasks.c.id == any_(wanted)).order_by(tables.tasks.c.id))


_REACHED: Final = text("""
    WITH RECURSIVE reached (id) AS (
        SELECT unnest(depends_on) FROM tasks WHERE project_id = :project_id AND id = ANY (:ids)
        UNION SELECT unnest(tasks.depends_on) FROM tasks JOIN reached USING (id)
    ) SELECT id FROM reached
""")


def reached(connection: Connection, project_id: int, ids: Collection[int]) -> frozenset[int]:
    """All tasks that these depend on, however indirectly, those in the trash too."""
    if not ids:
        return frozenset()
    return frozenset(connection.execute(_REACHED, {"project_id": project_id, "ids": list(ids)}).scalars())


def labels_named(connection: Connection, project_id: int, names: Collection[str]) -> tuple[dict[int, Label], list[int]]:
    """The labels of these names, and a fresh id for each name that has none. No statement without names."""
    wanted = sorted({folded(name) for name in names})
    if not wanted:
        return {}, []
    columns = tables.labels.c
    found = entities(connection, tables.labels, Label, columns.project_id == project_id, columns.folded.in_(wanted))
    missing = len(wanted) - len(found)
    return found, fresh_ids(connection, tables.label_ids, missing)


def fresh_ids(connection: Connection, sequence: Sequence, count: int) -> list[int]:
    """So many ids that nobody had. No statement for none."""
    if not count:
        return []
    numbers = func.generate_series(1, bindparam("count", type_=Integer)).table_valued("number")
    return list(connection.execute(select(sequence.next_value()).select_from(numbers), {"count": count}).scalars())


def entities(
    connection: Connection, table: Table, kind: type[Entity], *where: ColumnElement[bool]
) -> dict[int, Entity]:
    """The labels, milestones or sprints of which all of this is true, by id and in the order of their ids."""
    found = connection.execute(select(table).where(*where).order_by(table.c.id))
    return {row.id: entity_from(kind, row) for row in found}


def entity_from(kind: type[Entity], row: Row[Any]) -> Entity:
    """The state that a row of its table stands for; the row may have more columns."""
    return kind(**{name: getattr(row, name) for name in kind.__dataclass_fields__})
