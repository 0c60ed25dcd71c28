"""Stored events as webhooks tell them: the full object right after each, and what changed in it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from synergy_chassis.store import EventCodec, EventLog, RecordedEvent, UnitOfWork
from synergy_projects.domain.events import Event
from synergy_projects.domain.person import Person
from synergy_projects.queries import views
from synergy_projects.queries.history import Histories
from synergy_projects.queries.people import people
from synergy_projects.queries.render.kinds import KIND
from synergy_projects.queries.views import People, View


class Renderer:
    """Renders stored events. Names are today's: events hold ids only, so that an erased person stays erased."""

    def __init__(self, uow: UnitOfWork, log: EventLog, codec: EventCodec, histories: Histories) -> None:
        self._uow = uow
        self._log = log
        self._codec = codec
        self._histories = histories

    def render(self, positions: Sequence[int]) -> list[View]:
        """What to tell of the events at these positions, in position order; positions without an event are left out."""
        found = sorted(self._log.at(sorted(set(positions))), key=lambda event: (event.stream, event.version))
        with self._uow.reading() as connection:
            names = _Names(connection)
            rendered = [self._one(event, connection, names) for event in found]
        return sorted(rendered, key=lambda view: int(view["position"]))

    def _one(self, recorded: RecordedEvent, connection: Connection, names: "_Names") -> View:
        event: Event = self._codec.decode(recorded)
        kind = KIND[type(event)]
        with self._histories.at(connection, recorded.stream, recorded.version, event=recorded) as project:
            if project is None:
                raise LookupError(f"{recorded.stream} has no events.")
            actor_id = recorded.meta.get("actor_id")
            known = names.of(kind.shown(project, event) | ({actor_id} if actor_id is not None else set()))
            data = kind.told(project, event, known)
        actor = views.person(actor_id, known) if actor_id is not None else None
        return {"position": recorded.position, "data": data, "changes": kind.changes(event), "actor": actor}


class _Names:
    """Names of people, each asked for once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._asked: set[int] = set()
        self._known: dict[int, Person] = {}

    def of(self, ids: set[int]) -> People:
        """The names of these people, and perhaps of more."""
        if new := ids - self._asked:
            self._known |= people(self._connection, new)
            self._asked |= new
        return self._known
