"""What happened in all projects somebody is in, in the order of the store."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, Text

from synergy_chassis.store import EventLog, RecordedEvent, UnitOfWork
from synergy_chassis.store.rows import SELECT, recorded
from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import PositionNotReached
from synergy_projects.queries import views
from synergy_projects.queries.past import role_today
from synergy_projects.queries.people import people
from synergy_projects.queries.views import View

WINDOW: Final = 50_000
"""
Positions that one question looks through at most: so it costs as much in a long log as in a short one. Where none of
them was given out, the next question begins behind them: a restored store goes on thousands of millions later.
"""
FOLLOWED: Final = 200
"""Events that a gateway is told at once."""
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of the data of the events of one answer."""

# The inner query is a fence: it is read along the index of positions, however few of its events are wanted.
_WITHIN: Final = f"{SELECT} WHERE position > :after AND position <= :upto ORDER BY position"
_COLUMNS: Final = (
    "SELECT position, stream, version, event_id, type, schema_version, entity, data, meta, recorded_at, hash "
)
_HASHED: Final = _WITHIN.replace("encode(hash, 'hex')", "encode(hash, 'hex') AS hash")
_ALL: Final = text(f"{_WITHIN} LIMIT :limit")
_NEXT: Final = text("SELECT min(position) FROM store.events WHERE position > :after")
_OF: Final = text(
    f"{_COLUMNS} FROM ({_HASHED} OFFSET 0) e "
    "WHERE stream = ANY (:streams) AND (:types IS NULL OR type = ANY (:types)) ORDER BY position LIMIT :limit"
).bindparams(bindparam("streams", type_=ARRAY(Text)), bindparam("types", type_=ARRAY(Text)))


class Feed:
    """
    Reads the log in order, for somebody and for gateways. What is told is complete: who goes on after `next` misses
    nothing, for all writers before it are waited for.
    """

    def __init__(self, uow: UnitOfWork, log: EventLog, *, window: int = WINDOW, largest: int = LARGEST) -> None:
        self._uow = uow
        self._log = log
        self._window = window
        self._largest = largest

    def list_events(
        self, actor: Actor, *, after: int, types: list[str] | None, project: int | None, page_size: int
    ) -> View:
        """
        The events after a position that the actor may see today, and the position read to.

        Raises ProjectNotFound, and PositionNotReached for a position that the log does not have.
        """
        settled = self._settled(after)
        upto = min(settled, after + self._window)
        with self._uow.reading() as connection:  # begun after the barrier, so all up to there is to be seen
            if project is not None:
                role_today(connection, actor, project)
            among = [project] if project is not None else _projects_of(connection, actor.user_id)
            parameters = {"streams": [f"project-{one}" for one in among], "types": types}
            limits = {"after": after, "upto": upto, "limit": page_size}
            found = [recorded(row) for row in connection.execute(_OF, parameters | limits)] if among else []
            if not found and upto < settled:
                following = connection.execute(_NEXT, {"after": upto}).scalar()
                upto = settled if following is None else min(settled, following - 1)
            return self._page(connection, found, upto, full=len(found) == page_size)

    def follow_events(self, after: int | None) -> View:
        """Everybody's events after a position, or none and where the log ends. Raises PositionNotReached."""
        settled = self._settled(after or 0)
        if after is None or after == settled:
            return {"events": [], "next": settled, "more": False}
        with self._uow.reading() as connection:
            limits = {"after": after, "upto": settled, "limit": FOLLOWED}
            found = [recorded(row) for row in connection.execute(_ALL, limits)]
            page = self._page(connection, found, settled, full=len(found) == FOLLOWED)
            return page | {"more": page["next"] < settled}

    def list_memberships(self, actor: Actor) -> View:
        """The projects that the actor is in, and a position up to which every event counts in that."""
        settled = self._log.settled()
        with self._uow.reading() as connection:
            return {"projects": _projects_of(connection, actor.user_id), "position": settled}

    def _settled(self, after: int) -> int:
        settled = self._log.settled()
        if after > settled:
            raise PositionNotReached(settled)
        return settled

    def _page(self, connection: Connection, found: list[RecordedEvent], upto: int, *, full: bool) -> View:
        fitting = _fitting(found, self._largest)
        cut = full or len(fitting) < len(found)
        known = people(connection, _actors(fitting))
        events = [_told(event, known) for event in fitting]
        return {"events": events, "next": fitting[-1].position if cut else upto}


def _projects_of(connection: Connection, user_id: int) -> list[int]:
    members = tables.members.c
    mine = select(members.project_id).where(members.user_id == bindparam("user_id", type_=BigInteger))
    return list(connection.execute(mine.order_by(members.project_id), {"user_id": user_id}).scalars())


def _told(event: RecordedEvent, known: Mapping[int, Any]) -> View:
    return views.past_event(event, known) | {"project": int(event.stream.removeprefix("project-"))}


def _fitting(found: list[RecordedEvent], largest: int) -> list[RecordedEvent]:
    """As many from the beginning as fit, but one at least."""
    size = 0
    for number, event in enumerate(found):
        size += len(msgspec.json.encode(event.data))
        if size > largest and number:
            return found[:number]
    return found


def _actors(found: Collection[RecordedEvent]) -> set[int]:
    return {event.meta["actor_id"] for event in found if event.meta.get("actor_id") is not None}
