"""What is in the trash."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, String, literal, or_, select, union_all

from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.decide.due import TRASH_KEPT
from synergy_projects.domain.roles import RIGHTS, Right
from synergy_projects.queries import lists
from synergy_projects.queries.views import View

_NAMES: Final = ("kind", "id", "name", "project", "project_name", "trashed_at")
_P: Final = tables.projects.c
_T: Final = tables.tasks.c
_M: Final = tables.members.c


def list_trash(connection: Connection, actor: Actor, *, all: bool = False, page: int = 1, page_size: int = 50) -> View:
    """The projects and tasks in the trash that the actor may restore, the newest first, one page of them."""
    everybodys = all and actor.superuser
    projects = _named("project", _P.id, _P.name, _P.trashed_at)
    projects = projects.where(_P.trashed_at.is_not(None), _P.importing.is_(False))
    tasks = (
        _named("task", _T.id, _T.title, _T.trashed_at)
        .join_from(tables.tasks, tables.projects, _T.project_id == _P.id)
        .where(_T.trashed_at.is_not(None), _P.trashed_at.is_(None), _P.archived_at.is_(None))
    )
    if not everybodys:
        mine = (_M.project_id == _P.id) & (_M.user_id == actor.user_id)
        own = _may(Right.DELETE_OWN_TASKS) & (_T.created_by == actor.user_id)
        projects = projects.join(tables.members, mine).where(_may(Right.DELETE_PROJECT))
        tasks = tasks.join(tables.members, mine).where(or_(_may(Right.DELETE_TASKS), own))
    found = union_all(projects, tasks).subquery()
    newest = select(found).order_by(found.c.trashed_at.desc(), found.c.kind, found.c.id.desc())
    rows = connection.execute(lists.paged(newest, page, page_size))
    results = [dict(zip(_NAMES, row, strict=True)) | {"purged_at": row.trashed_at + TRASH_KEPT} for row in rows]
    count = lists.count_up_to if everybodys else lists.count
    return {"count": count(connection, select(found)), "results": results}


def _named(kind: str, own: ColumnElement[int], name: ColumnElement[str], at: ColumnElement[Any]) -> Select[Any]:
    columns: tuple[ColumnElement[Any], ...] = literal(kind, String), own, name, _P.id, _P.name, at
    return select(*(column.label(called) for column, called in zip(columns, _NAMES, strict=True)))


def _may(right: Right) -> ColumnElement[bool]:
    return _M.role.in_([role for role, rights in RIGHTS.items() if right in rights])
