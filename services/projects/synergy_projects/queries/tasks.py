"""Questions about tasks."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, any_, bindparam, case, func, select

from synergy_chassis.store import Constant
from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.decide.access import live_task
from synergy_projects.domain.errors import ProjectNotFound, TaskNotFound
from synergy_projects.domain.fields import PRIORITIES, TASK_STATUSES
from synergy_projects.domain.project import Project, Task
from synergy_projects.queries import lists, loading, views
from synergy_projects.queries.people import among, people
from synergy_projects.queries.views import View

_T: Final = tables.tasks.c
_P: Final = tables.projects.c
_M: Final = tables.members.c
_PROJECT_OF_TASK: Final = Constant(select(_T.project_id).where(_T.id == bindparam("task_id", type_=BigInteger)))
_ORDER: Final[dict[str, ColumnElement[Any]]] = {
    "id": _T.id,
    "number": _T.number,
    "title": _T.title,
    "status": lists.ranked(_T.status, TASK_STATUSES),
    "priority": lists.ranked(_T.priority, PRIORITIES),
    "impact": _T.impact,
    "due_date": _T.due_date,
    "rank": _T.rank,
    "created_at": _T.created_at,
    "updated_at": _T.updated_at,
}


def project_of_task(connection: Connection, task_id: int) -> int:
    """In which project a task is, whoever asks. Raises TaskNotFound."""
    row = _PROJECT_OF_TASK.first(connection, {"task_id": task_id})
    if row is None:
        raise TaskNotFound
    return int(row["project_id"])


def projects_of_tasks(connection: Connection, task_ids: Collection[int]) -> dict[int, int]:
    """In which project each of the tasks is, whoever asks; unknown ones are left out."""
    found = connection.execute(select(_T.id, _T.project_id).where(among(_T.id, task_ids)))
    return {row.id: row.project_id for row in found}


def read_task(connection: Connection, actor: Actor, task_id: int) -> View:
    """One task that the actor may see. Raises TaskNotFound."""
    state, task = _visible(connection, actor, task_id)
    return views.task(task, state.id, people(connection, task.assignees), blocked_by=state.blocked_by(task))


def visible_task(connection: Connection, actor: Actor, task_id: int) -> tuple[int, Task]:
    """The id of its project, and a task that the actor may see. Raises TaskNotFound."""
    state, task = _visible(connection, actor, task_id)
    return state.id, task


def _visible(connection: Connection, actor: Actor, task_id: int) -> tuple[Project, Task]:
    """The task, in a project that holds what it waits for, too."""
    project_id = project_of_task(connection, task_id)
    state = loading.project(connection, project_id, only=[actor.user_id])
    if state is None:
        raise TaskNotFound
    state.tasks = loading.task_and_awaited(connection, project_id, task_id)
    return state, live_task(state, actor, task_id)


def list_tasks(
    connection: Connection,
    actor: Actor,
    *,
    project: int | None = None,
    status: Collection[str] | None = None,
    priority: Collection[str] | None = None,
    assignee: Collection[int] | None = None,
    label: Collection[str] | None = None,
    milestone: Collection[int] | None = None,
    sprint: Collection[int] | None = None,
    due_before: date | None = None,
    due_after: date | None = None,
    search: str | None = None,
    ordering: str = "id",
    cursor: str | None = None,
    page: int = 1,
    page_size: int = 50,
) -> View:
    """
    The tasks of the projects the actor is in, or of one project, one page of them.

    Of several values one is enough, but labels must all be there. `due_before` and `due_after` leave that day itself
    out; `search` looks in title and description. With a `cursor` what comes after its place, and no `page`. The count
    is exact, but with a filter only up to 1,000 and None beyond. Raises ProjectNotFound for a project the actor may not
    see, InvalidParameter for a cursor of another list.
    """
    within, total = _scope(connection, actor, project)
    filters: list[ColumnElement[bool]] = [_T.status.in_(status)] if status else []
    filters += [_T.priority.in_(priority)] if priority else []
    filters += [_T.assignees.overlap(list(assignee))] if assignee else []
    filters += [_T.labels != lists.EMPTY, _T.labels.contains(list(label))] if label else []
    filters += [_T.milestone.in_(milestone)] if milestone else []
    filters += [_T.sprint.in_(sprint)] if sprint else []
    filters += [_T.due_date < due_before] if due_before else []
    filters += [_T.due_date > due_after] if due_after else []
    filters += [lists.found_in(search, _T.title, _T.description)] if search else []
    where = [_T.trashed_at.is_(None), within, *filters]
    sorted_by = _ORDER[ordering.removeprefix("-")]
    place = None if cursor is None else lists.begun_at(cursor, ordering, sorted_by)
    after = [] if place is None else [lists.beyond(place, ordering, sorted_by, _T.id)]
    selected = _with_what_they_wait_for().add_columns(sorted_by.label("placed")).where(*where, *after)
    ordered = lists.in_order(selected, ordering, _ORDER, _T.id)
    found = [(loading.task_from(row), row) for row in connection.execute(lists.paged(ordered, page, page_size))]
    counted = lists.count_up_to(connection, select(_T.id).where(*where)) if filters else total
    known = people(connection, _assignees([task for task, _ in found]))
    shown = [views.task(task, row.project_id, known, blocked_by=row.blocked_by) for task, row in found]
    last = found[-1][1] if len(found) == page_size else None
    further = None if last is None else lists.cursor_at(ordering, last.placed, last.id)
    return {"count": counted, "results": shown, "cursor": further}


@lru_cache
def _with_what_they_wait_for() -> Select[Any]:
    """Tasks and what each waits for, in one statement."""
    awaited = tables.tasks.alias("awaited")
    open_ones = (
        select(awaited.c.id)
        .where(awaited.c.id == any_(_T.depends_on), awaited.c.status != "done", awaited.c.trashed_at.is_(None))
        .order_by(awaited.c.id)
    )
    waiting = func.array(open_ones.correlate(tables.tasks).scalar_subquery(), type_=_T.depends_on.type)
    blocked_by = case((_T.depends_on == lists.EMPTY, lists.EMPTY), else_=waiting).label("blocked_by")
    return loading.of_tasks.add_columns(blocked_by)


def _scope(connection: Connection, actor: Actor, project_id: int | None) -> tuple[ColumnElement[bool], int]:
    """Where to look, and how many tasks the counters know there."""
    visible, counted = _visible_to(one=project_id is not None, everyone=project_id is not None and actor.superuser)
    (found,) = counted.rows(connection, {"user_id": actor.user_id, "project_id": project_id})
    if project_id is None:
        return _T.project_id.in_(visible.params(user_id=actor.user_id)), found["total"]
    if not found["projects"]:
        raise ProjectNotFound
    return _T.project_id == project_id, found["total"]


@lru_cache
def _visible_to(*, one: bool, everyone: bool) -> tuple[Select[Any], Constant]:
    """The projects that `user_id` is in, or `everyone` sees, perhaps only `one`; and what counts them and tasks."""
    visible = select(_P.id).where(_P.trashed_at.is_(None))
    if one:
        visible = visible.where(_P.id == bindparam("project_id", type_=BigInteger))
    if not everyone:
        mine = _M.user_id == bindparam("user_id", type_=BigInteger)
        visible = visible.join(tables.members, (_M.project_id == _P.id) & mine)
    total = func.coalesce(func.sum(_P.task_count), 0).label("total")
    return visible, Constant(visible.with_only_columns(func.count().label("projects"), total))


def _assignees(found: list[Task]) -> set[int]:
    return {user_id for task in found for user_id in task.assignees}
