"""Names of users."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, any_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.store import Constant, Question, Rows
from synergy_projects import tables
from synergy_projects.domain.person import Person
from synergy_projects.queries.lists import found_in

_IDS: Final = bindparam("ids", type_=ARRAY(BigInteger))
_P: Final = tables.people.c
_NAMED: Final = Constant(select(_P.id, _P.username, _P.full_name).where(_P.id == any_(_IDS)))


def among(column: ColumnElement[Any], ids: Collection[int]) -> ColumnElement[bool]:
    """Whether the column is one of the ids: one statement text, however many they are."""
    return column == any_(bindparam(None, list(ids), type_=ARRAY(BigInteger)))


def people(connection: Connection, ids: Collection[int]) -> dict[int, Person]:
    """Those of the users whose names are known here. No statement if nobody is asked for."""
    if not ids:
        return {}
    question, parameters = named(ids)
    return people_from(question.rows(connection, parameters))


def named(ids: Collection[int]) -> Question:
    """What asks for the same; `people_from` takes its rows."""
    return _NAMED, {"ids": list(ids)}


def people_from(rows: Rows) -> dict[int, Person]:
    """The names that the rows of `named` tell."""
    return {row["id"]: Person(**row) for row in rows}


def colleagues(connection: Connection, user_id: int, search: str, *, at_most: int) -> list[Person]:
    """Users who share a project with this one and whose name contains the text, whatever its case; not the user."""
    mine, theirs = tables.members.alias("mine"), tables.members.alias("theirs")
    shared = (
        select(theirs.c.user_id)
        .join(mine, mine.c.project_id == theirs.c.project_id)
        .join(tables.projects, tables.projects.c.id == mine.c.project_id)
        .where(mine.c.user_id == user_id, theirs.c.user_id != user_id, tables.projects.c.trashed_at.is_(None))
    )
    named = found_in(search, tables.people.c.username, tables.people.c.full_name)
    found = connection.execute(
        select(tables.people).where(tables.people.c.id.in_(shared), named).order_by(tables.people.c.id).limit(at_most)
    )
    return [Person(row.id, row.username, row.full_name) for row in found]


def remember(connection: Connection, found: Iterable[Person]) -> None:
    """Keep these names, in place of older ones."""
    new = [{"id": one.id, "username": one.username, "full_name": one.full_name} for one in found]
    if not new:
        return
    statement = insert(tables.people)
    names = {"username": statement.excluded.username, "full_name": statement.excluded.full_name}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=names), sorted(new, key=_by_id))


def forget(connection: Connection, ids: Collection[int] | None = None) -> None:
    """Keep the names of these users no longer, or nobody's."""
    statement = delete(tables.people)
    connection.execute(statement if ids is None else statement.where(among(tables.people.c.id, ids)))


def _by_id(row: Mapping[str, Any]) -> int:
    return int(row["id"])  # one order for all writers, so none waits for another in a circle
