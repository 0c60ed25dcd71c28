"""Questions about tasks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Select,
    Text,
    any_,
    bindparam,
    case,
    func,
    select,
)

from synergy_chassis.store import Constant, Question, together
from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.decide.access import live_task
from synergy_projects.domain.errors import ProjectNotFound, TaskNotFound
from synergy_projects.domain.fields import PRIORITIES, TASK_STATUSES
from synergy_projects.domain.project import Project, Task
from synergy_projects.queries import lists, loading, versions, views
from synergy_projects.queries.people import among, people
from synergy_projects.queries.views import View

_T: Final = tables.tasks.c
_P: Final = tables.projects.c
_M: Final = tables.members.c
_PROJECT_OF_TASK: Final = Constant(select(_T.project_id).where(_T.id == bindparam("task_id", type_=BigInteger)))
_PROJECT: Final = bindparam("project_id", type_=BigInteger)
_NARROWING: Final[dict[str, ColumnElement[bool]]] = {
    "status": _T.status == any_(bindparam("status", type_=ARRAY(Text))),
    "priority": _T.priority == any_(bindparam("priority", type_=ARRAY(Text))),
    "assignee": _T.assignees.overlap(bindparam("assignee", type_=ARRAY(BigInteger))),
    "label": (_T.labels != lists.EMPTY) & _T.labels.contains(bindparam("label", type_=ARRAY(Text))),
    "milestone": _T.milestone == any_(bindparam("milestone", type_=ARRAY(BigInteger))),
    "sprint": _T.sprint == any_(bindparam("sprint", type_=ARRAY(BigInteger))),
    "due_before": _T.due_date < bindparam("due_before", type_=Date),
    "due_after": _T.due_date > bindparam("due_after", type_=Date),
    "search": lists.alike(bindparam("search", type_=Text), _T.title, _T.description),
}
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


def read_task(connection: Connection, actor: Actor, task_id: int) -> tuple[View, versions.Versions]:
    """One task that the actor may see, and the versions it was made of, by one statement. Raises TaskNotFound."""
    row = _whole().first(connection, {"task_id": task_id, "some": [actor.user_id]})
    if row is None:
        raise TaskNotFound
    state = loading.project_beside(row)
    state.tasks = {task_id: loading.task_of(row)}
    task = live_task(state, actor, task_id)
    made_of = versions.named(state.id, state.version, row["followed"])
    known = loading.people_from(row["people"])
    return views.task(task, state.id, known, blocked_by=row["blocked_by"]), made_of


@lru_cache
def _whole() -> Constant:
    more = loading.named_assignees().label("people"), versions.followed().label("followed")
    whole = _with_what_they_wait_for().add_columns(*loading.beside(), *more)
    return Constant(whole.join(tables.projects, _P.id == _T.project_id).where(_T.id == bindparam("task_id")))


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
) -> tuple[View, versions.Versions]:
    """
    The tasks of the projects the actor is in, or of one project, one page of them, and the versions it was made of.

    Of several values one is enough, but labels must all be there. `due_before` and `due_after` leave that day itself
    out; `search` looks in title and description. With a `cursor` what comes after its place, and no `page`. The count
    is exact, but with a filter only up to 1,000 and None beyond. Raises ProjectNotFound for a project the actor may not
    see, InvalidParameter for a cursor of another list.
    """
    asked = {
        "status": status, "priority": priority, "assignee": assignee, "label": label, "milestone": milestone,
        "sprint": sprint, "due_before": due_before, "due_after": due_after,
        "search": search and lists.pattern(search),
    }  # fmt: skip
    given = {name: value for name, value in asked.items() if value}
    sorted_by = _ORDER[ordering.removeprefix("-")]
    place = None if cursor is None else lists.begun_at(cursor, ordering, sorted_by)
    own = {"user_id": actor.user_id, "project_id": project}
    values = own | given | {"most": lists.COUNTED_TO + 1}
    paged = values | lists.placed_at(place) | {"page_size": page_size, "before": (page - 1) * page_size}
    scope = Scope(one=project is not None, everyone=project is not None and actor.superuser)
    listed, counted = _listed(scope, frozenset(given), ordering, lists.Place.of(place))
    questions: list[Question] = [(listed, paged)]
    questions += [versions.memberships(actor.user_id) if project is None else (_counted_within(scope), own)]
    questions += [(counted, values)] if given else []
    rows, within, *more = together(connection, *questions)
    if not within:
        raise ProjectNotFound
    known = people(connection, {user_id for row in rows for user_id in row["assignees"]})
    shown = [views.listed_task(row, loading.subtasks_from(row["id"], row["subtasks"]).values(), known) for row in rows]
    last = rows[-1] if len(rows) == page_size else None
    further = None if last is None else lists.cursor_at(ordering, last["placed"], last["id"])
    count = lists.up_to(more[0][0]["count"]) if given else within[0]["tasks"]
    if project is None:
        made_of = versions.memberships_from(actor.user_id, within)
    else:
        made_of = versions.named(project, within[0]["version"], within[0]["followed"])
    return {"count": count, "results": shown, "cursor": further}, made_of


@dataclass(frozen=True, slots=True)
class Scope:
    """Where tasks are listed: in all projects of a user, or in `one` of them, which `everyone` may see."""

    one: bool
    everyone: bool


@lru_cache(maxsize=256)
def _listed(scope: Scope, given: frozenset[str], ordering: str, place: lists.Place | None) -> tuple[Constant, Constant]:
    """The statement of a page and that of the count, where these parameters narrow the list."""
    sorted_by = _ORDER[ordering.removeprefix("-")]
    within = _T.project_id == _PROJECT if scope.one else _T.project_id.in_(_visible_to(scope))
    where = [_T.trashed_at.is_(None), within, *(_NARROWING[name] for name in sorted(given))]
    after = [] if place is None else [lists.beyond(place, ordering, sorted_by, _T.id)]
    page = _with_what_they_wait_for().add_columns(sorted_by.label("placed")).where(*where, *after)
    counted = lists.counting(select(_T.id).where(*where), up_to="most")
    ordered = lists.one_page(lists.in_order(page, ordering, _ORDER, _T.id))
    prepared = "search" not in given  # of a rare word the index tells at once, a frequent one is soon found in order
    return Constant(ordered, prepared=prepared), Constant(counted, prepared=prepared)


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


@lru_cache
def _visible_to(scope: Scope) -> Select[Any]:
    """The projects within the scope."""
    visible = select(_P.id).where(_P.trashed_at.is_(None))
    if scope.one:
        visible = visible.where(_P.id == _PROJECT)
    if not scope.everyone:
        mine = _M.user_id == bindparam("user_id", type_=BigInteger)
        visible = visible.join(tables.members, (_M.project_id == _P.id) & mine)
    return visible


@lru_cache
def _counted_within(scope: Scope) -> Constant:
    """What counts the tasks of one project and tells its versions, if it is there."""
    told = [_P.task_count.label("tasks"), _P.version, versions.followed().label("followed")]
    return Constant(_visible_to(scope).with_only_columns(*told))
