"""
What an answer was made of, and which version of each: so that whoever keeps it can tell when it is an old one.

Names stand for streams of projects (`project-3`), for all that a person is in (`user-7`, which has no versions), and
for people's names (`people`), whose version is the position up to which auth is followed.
"""

from typing import Final

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, Integer, bindparam, case, func, select

from synergy_chassis.store import Constant, Question, Rows
from synergy_chassis.store.tables import positions
from synergy_projects import tables

NAMES: Final = "people"
MOST_PROJECTS: Final = 500
"""Who is in more has answers that nobody keeps."""

Versions = dict[str, int | None]

_P: Final = tables.projects.c
_M: Final = tables.members.c


def followed() -> ColumnElement[int]:
    """Up to which position names are known, within any statement."""
    where = (positions.c.consumer == "projects") & (positions.c.source == "auth")
    return func.coalesce(select(positions.c.position).where(where).scalar_subquery(), 0)


_OF_PROJECT: Final = Constant(
    select(_P.version, followed().label("followed")).where(_P.id == bindparam("project_id", type_=BigInteger))
)
_THERE: Final = _P.trashed_at.is_(None)
_FEW: Final = func.count() <= MOST_PROJECTS
_OF_MEMBERSHIPS: Final = Constant(
    select(
        func.count().label("count"),
        case((_FEW, func.array_agg(_P.id, type_=ARRAY(BigInteger)))).label("ids"),
        case((_FEW, func.array_agg(_P.version, type_=ARRAY(Integer)))).label("versions"),
        func.count().filter(_THERE, _P.archived_at.is_(None)).label("projects"),
        func.count().filter(_THERE, _P.archived_at.is_not(None)).label("archived"),
        func.coalesce(func.sum(_P.task_count).filter(_THERE), 0).label("tasks"),
        followed().label("followed"),
    )
    .join_from(tables.projects, tables.members, _M.project_id == _P.id)
    .where(_M.user_id == bindparam("user_id", type_=BigInteger))
)
"""Made once: to build a statement costs as much as to run it."""


def membership(user_id: int) -> str:
    """What stands for the projects that a user is in."""
    return f"user-{user_id}"


def of_project(connection: Connection, project_id: int) -> Versions:
    """An answer about one project; in the transaction that made it."""
    (row,) = _OF_PROJECT.rows(connection, {"project_id": project_id})
    return named(project_id, row["version"], row["followed"])


def named(project_id: int, version: int, known: int) -> Versions:
    """The same where both are known."""
    return {f"project-{project_id}": version, NAMES: known}


def of_import(connection: Connection, user_id: int, project_id: int) -> Versions:
    """What an import changed that is done: it was done by nobody's command."""
    return {name: version for name, version in of_project(connection, project_id).items() if name != NAMES} | {
        membership(user_id): None
    }


def of_memberships(connection: Connection, user_id: int) -> Versions:
    """An answer about all projects that a user is in, those in the trash too; nothing where they are too many."""
    question, parameters = memberships(user_id)
    return memberships_from(user_id, question.rows(connection, parameters))


def memberships(user_id: int) -> Question:
    """
    What asks for the same, in one row; `memberships_from` takes it. The row also counts what the user is in: `projects`
    and `archived` ones, and their `tasks`, none of which is in the trash.
    """
    return _OF_MEMBERSHIPS, {"user_id": user_id}


def memberships_from(user_id: int, rows: Rows) -> Versions:
    """The versions that the row of `memberships` tells."""
    (row,) = rows
    if row["count"] > MOST_PROJECTS:
        return {}
    versions: Versions = {membership(user_id): None}
    if row["count"]:
        versions |= zip(map("project-{}".format, row["ids"]), row["versions"], strict=True)
        versions[NAMES] = row["followed"]
    return versions


def of_listed(connection: Connection, user_id: int, project_id: int | None) -> Versions:
    """An answer about one project, or about all that the user is in."""
    return of_memberships(connection, user_id) if project_id is None else of_project(connection, project_id)
