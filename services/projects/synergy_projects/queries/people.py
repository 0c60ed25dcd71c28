"""Names of users."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, any_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from synergy_projects import tables
from synergy_projects.domain.person import Person


def among(column: ColumnElement[Any], ids: Collection[int]) -> ColumnElement[bool]:
    """Whether the column is one of the ids: one statement text, however many they are."""
    return column == any_(bindparam(None, list(ids), type_=ARRAY(BigInteger)))


def people(connection: Connection, ids: Collection[int]) -> dict[int, Person]:
    """Those of the users whose names are known here. No statement if nobody is asked for."""
    if not ids:
        return {}
    found = connection.execute(select(tables.people).where(among(tables.people.c.id, ids)))
    return {row.id: Person(row.id, row.username, row.full_name) for row in found}


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
