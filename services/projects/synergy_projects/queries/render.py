"""Stored events as webhooks tell them: the full object right after each, and what changed in it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from synergy_chassis.store import EventCodec, EventLog, RecordedEvent, UnitOfWork
from synergy_projects.domain.events import (
    Event,
    MemberAdded,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    ProgressChanged,
    ProjectCompleted,
    ProjectUpdated,
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskReopened,
    TaskUpdated,
)
from synergy_projects.domain.person import Person
from synergy_projects.domain.project import Project
from synergy_projects.queries import views
from synergy_projects.queries.history import Histories
from synergy_projects.queries.people import people
from synergy_projects.queries.views import People, View

_IN_HUNDREDTHS = frozenset({"impact", "estimated_hours", "actual_hours"})


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
        with self._histories.at(connection, recorded.stream, recorded.version, event=recorded) as project:
            if project is None:
                raise LookupError(f"{recorded.stream} has no events.")
            actor_id = recorded.meta.get("actor_id")
            known = names.of(_shown(project, event) | ({actor_id} if actor_id is not None else set()))
            data = _object(project, event, known)
        actor = views.person(actor_id, known) if actor_id is not None else None
        return {"position": recorded.position, "data": data, "changes": changes(event), "actor": actor}


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


def _shown(project: Project, event: Event) -> set[int]:
    match event:
        case TaskCreated() | TaskUpdated() | TaskCompleted() | TaskReopened() | TaskDeleted():
            return set(project.tasks[event.task_id].assignees)
        case MemberInvited():
            return set()
        case MemberAdded() | MemberRoleChanged() | MemberRemoved():
            return {event.user_id}
        case _:
            return views.everyone([project])


def _object(project: Project, event: Event, known: People) -> View:
    match event:
        case TaskCreated() | TaskUpdated() | TaskCompleted() | TaskReopened() | TaskDeleted():
            return views.task(project.tasks[event.task_id], project.id, known)
        case MemberInvited():
            return {"project": project.id, "invitation": str(event.invitation_id), "role": event.role}
        case MemberAdded() | MemberRoleChanged():
            return {"project": project.id} | views.membership(event.user_id, event.role, known)
        case MemberRemoved():
            return {"project": project.id} | views.membership(event.user_id, event.was, known)
        case _:
            return views.project(project, known)


def changes(event: Event) -> View:
    """Field by field what an event changed: `{"from": …, "to": …}`, in the values of the view; people as ids."""
    match event:
        case ProjectUpdated() | TaskUpdated():
            new: dict[str, Any] = dict(event.changes)
            old: dict[str, Any] = dict(event.before)
        case ProjectCompleted():
            old, new = {"status": event.was}, {"status": "completed"}
        case TaskCompleted():
            old, new = {"status": event.was}, {"status": "done"}
        case TaskReopened():
            old, new = {"status": "done"}, {"status": event.status}
        case MemberRoleChanged():
            old, new = {"role": event.was}, {"role": event.role}
        case ProgressChanged():
            old, new = {"progress": event.was}, {"progress": event.progress}
        case _:
            return {}
    return {name: {"from": _shown_value(name, old[name]), "to": _shown_value(name, new[name])} for name in new}


def _shown_value(name: str, value: Any) -> Any:
    if name in _IN_HUNDREDTHS:
        return views.decimal(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
