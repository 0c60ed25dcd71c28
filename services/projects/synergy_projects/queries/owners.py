"""Who owns what, and who is about to leave."""

from typing import Final

from sqlalchemy import BigInteger, Connection, Text, bindparam, func, select

from synergy_chassis.store import Constant, together
from synergy_projects.tables import leaving, members, projects

_HOLD: Final = Constant(
    select(func.pg_advisory_xact_lock_shared(func.hashtextextended(bindparam("name", type_=Text), 1)).label("held"))
)
_LEAVING: Final = Constant(
    select(leaving.c.user_id)
    .where(leaving.c.user_id == bindparam("user_id", type_=BigInteger), leaving.c.until > func.now())
    .limit(1)
)


def hold_owner(connection: Connection, user_id: int, *, alone: bool = False) -> None:
    """
    Until the transaction ends nobody else settles whether this user may own projects; `alone`: and the user starts none
    meanwhile. Read what follows from it in another statement: only that sees what was waited for.
    """
    lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
    connection.execute(select(lock(func.hashtextextended(f"owner {user_id}", 1))))


def held_and_leaving(connection: Connection, user_id: int) -> bool:
    """`hold_owner`, and whether the user is being erased at this moment, in one round trip."""
    name = {"name": f"owner {user_id}"}
    _, found = together(connection, (_HOLD, name), (_LEAVING, {"user_id": user_id}))
    return bool(found)


def is_leaving(connection: Connection, user_id: int) -> bool:
    """Whether the user is being erased at this moment."""
    return _LEAVING.first(connection, {"user_id": user_id}) is not None


def owned(connection: Connection, user_id: int, *, at_most: int) -> list[tuple[int, str]]:
    """Ids and names of projects that the user owns, the oldest first; those in the trash do not count."""
    mine = members.c.user_id == user_id, members.c.role == "owner", projects.c.trashed_at.is_(None)
    wanted = select(projects.c.id, projects.c.name).join(members, members.c.project_id == projects.c.id).where(*mine)
    found = connection.execute(wanted.order_by(projects.c.id).limit(at_most))
    return [(row.id, row.name) for row in found]
