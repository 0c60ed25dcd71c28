"""Taking a command back, by events that compensate for all of its."""

from collections.abc import Iterable

from synergy_chassis.store import CommandContext
from synergy_projects.domain import undoing
from synergy_projects.domain.commands import Undo
from synergy_projects.domain.decide.access import role_of
from synergy_projects.domain.errors import CannotUndo, ProjectNotFound
from synergy_projects.domain.events import Event, MemberAdded, MemberRemoved, ProjectTransferred
from synergy_projects.domain.undoing.trial import copied
from synergy_projects.handlers.desk import Desk
from synergy_projects.handlers.owning import hold_owners
from synergy_projects.queries import loading
from synergy_projects.queries.made import made_with
from synergy_projects.queries.views import View


def undo(command: Undo, *, context: CommandContext, desk: Desk) -> View:
    """
    Which versions were taken back, and the version that this made.

    Raises ProjectNotFound, VersionNotFound, CannotUndo, NotAllowed, ProjectArchived, AccountLeaving.
    """
    with desk.uow.reading() as connection:
        project = loading.project(connection, command.project_id, only=[command.actor.user_id])
        if project is None:
            raise ProjectNotFound
        role_of(project, command.actor)
        recorded = made_with(connection, command.project_id, command.version)
    made = [(event.version, desk.codec.decode(event)) for event in recorded]
    there = desk.known(_leaving(event for _, event in made))
    with desk.locked(command.project_id, context) as stream:
        version = stream.version
        if stream.seen is None:
            with desk.histories.at(stream.rows, stream.name, stream.version) as past:
                if past is None:
                    raise ProjectNotFound
                whole = copied(past)
            events = undoing.undo(whole, command, made, now=stream.now)
            if gone := _joining(events) - there.keys():
                raise CannotUndo(f"User {min(gone)} has no account any more.")
            hold_owners(stream.rows, whole, events)
            version = desk.record(stream, whole, events).version
        else:
            version = stream.seen["version"]
    return {"project": command.project_id, "version": version, "undone": [undone for undone, _ in made]}


def _leaving(made: Iterable[Event]) -> set[int]:
    """Who would join, or own the project, again."""
    found = set()
    for event in made:
        match event:
            case MemberRemoved(user_id=user_id) | ProjectTransferred(was=user_id):
                found.add(user_id)
            case _:
                pass
    return found


def _joining(events: Iterable[Event]) -> set[int]:
    found = set()
    for event in events:
        match event:
            case MemberAdded(user_id=user_id) | ProjectTransferred(owner_id=user_id):
                found.add(user_id)
            case _:
                pass
    return found
