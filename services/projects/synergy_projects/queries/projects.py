"""Questions about projects."""

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Text, bindparam, select

from synergy_chassis.store import Constant, Question, together
from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.decide.access import role_of
from synergy_projects.domain.errors import ProjectNotFound
from synergy_projects.domain.fields import PRIORITIES, PROJECT_STATUSES
from synergy_projects.domain.project import Project
from synergy_projects.queries import lists, loading, versions, views
from synergy_projects.queries.people import people
from synergy_projects.queries.views import View

_P: Final = tables.projects.c
_MINE: Final = tables.members.alias("mine")
_ORDER: Final[dict[str, ColumnElement[Any]]] = {
    "id": _P.id,
    "name": _P.name,
    "status": lists.ranked(_P.status, PROJECT_STATUSES),
    "priority": lists.ranked(_P.priority, PRIORITIES),
    "created_at": _P.created_at,
    "updated_at": _P.updated_at,
    "end_date": _P.end_date,
    "progress": _P.progress,
}


def visible_project(connection: Connection, actor: Actor, project_id: int) -> Project:
    """A project that the actor may see, with all its members. Raises ProjectNotFound."""
    state = loading.project(connection, project_id)
    if state is None:
        raise ProjectNotFound
    role_of(state, actor)
    return state


def read_project(connection: Connection, actor: Actor, project_id: int) -> tuple[View, versions.Versions]:
    """One project as the actor sees it, and the versions it was made of, by one statement. Raises ProjectNotFound."""
    row = _whole().first(connection, {"project_id": project_id})
    if row is None:
        raise ProjectNotFound
    state = loading.project_from(row)
    role_of(state, actor)
    made_of = versions.named(project_id, state.version, row["followed"])
    return views.for_caller(state, actor, loading.people_from(row["people"])), made_of


@lru_cache
def _whole() -> Constant:
    more = loading.named_members().label("people"), versions.followed().label("followed")
    return Constant(loading.with_members().add_columns(*more).where(_P.id == bindparam("project_id")))


def read_progress(connection: Connection, actor: Actor, project_id: int) -> View:
    """A project's progress and what it is made of. Raises ProjectNotFound."""
    return views.progress(visible_project(connection, actor, project_id))


def list_projects(
    connection: Connection,
    actor: Actor,
    *,
    status: str | None = None,
    priority: str | None = None,
    role: str | None = None,
    archived: bool = False,
    search: str | None = None,
    ordering: str = "-created_at",
    all: bool = False,
    page: int = 1,
    page_size: int = 50,
) -> tuple[View, versions.Versions]:
    """
    The projects the actor is in, one page of them, and the versions it was made of; a superuser who says `all` gets
    everyone's, with no versions.

    `search` looks in name and description. The count is exact, but for `all` only up to 1,000 and None beyond.
    """
    everyones = all and actor.superuser
    narrowing = {"status": status, "priority": priority, "role": role, "pattern": search and lists.pattern(search)}
    given = {name: value for name, value in narrowing.items() if value}
    values = {"user_id": actor.user_id, "most": lists.COUNTED_TO + 1} | given
    listed, counted = _listed(frozenset(given), ordering, archived=archived, everyones=everyones)
    paged = values | {"page_size": page_size, "before": (page - 1) * page_size}
    narrowed = bool(given) or everyones
    questions: list[Question] = [(listed, paged), versions.memberships(actor.user_id)]
    questions += [(counted, values)] if narrowed else []
    rows, mine, *counts = together(connection, *questions)
    states = [loading.project_from(row) for row in rows]
    known = people(connection, views.everyone(states))
    found = [views.for_caller(state, actor, known) for state in states]
    count = counts[0][0]["count"] if narrowed else mine[0]["archived" if archived else "projects"]
    made_of = {} if everyones else versions.memberships_from(actor.user_id, mine)
    return {"count": lists.up_to(count) if everyones else count, "results": found}, made_of


@lru_cache(maxsize=256)
def _listed(given: frozenset[str], ordering: str, *, archived: bool, everyones: bool) -> tuple[Constant, Constant]:
    """The statement of a page and that of the count, where these parameters narrow the list."""
    told = {"status": _P.status == bindparam("status"), "priority": _P.priority == bindparam("priority")}
    told["role"] = _MINE.c.role == bindparam("role")
    told["pattern"] = lists.alike(bindparam("pattern", type_=Text), _P.name, _P.description)
    shelf = _P.archived_at.is_not(None) if archived else _P.archived_at.is_(None)
    where = [_P.trashed_at.is_(None), shelf, *(told[name] for name in sorted(given))]

    def narrowed(statement: Select[Any]) -> Select[Any]:
        mine = (_MINE.c.project_id == _P.id) & (_MINE.c.user_id == bindparam("user_id", type_=BigInteger))
        if not everyones or "role" in given:
            statement = statement.join(_MINE, mine)
        return statement.where(*where)

    ordered = lists.in_order(narrowed(loading.with_members()), ordering, _ORDER, _P.id)
    ids = narrowed(select(_P.id))
    return Constant(lists.one_page(ordered)), Constant(
        lists.counting(ids, up_to="most") if everyones else lists.counting(ids)
    )
