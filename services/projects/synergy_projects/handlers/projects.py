"""Commands on a project itself."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from synergy_chassis.store import CommandContext
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import (
    Actor,
    ArchiveProject,
    CreateProject,
    DeleteProject,
    PurgeProject,
    RestoreProject,
    TransferProject,
    UnarchiveProject,
    UpdateProject,
)
from synergy_projects.domain.errors import AccountLeaving, InvalidValue, ProjectNotFound, UnknownActor
from synergy_projects.domain.events import Event
from synergy_projects.domain.project import Project
from synergy_projects.handlers.desk import Desk, stream_of
from synergy_projects.handlers.owning import hold_owners
from synergy_projects.queries import loading, owners, views
from synergy_projects.queries.people import people
from synergy_projects.queries.views import View


class OfProject(Protocol):
    """A command on a project that is there."""

    @property
    def actor(self) -> Actor: ...

    @property
    def project_id(self) -> int: ...


_C = TypeVar("_C", bound=OfProject)
Decision = Callable[[Project, _C], list[Event]]


def create_project(command: CreateProject, *, context: CommandContext, desk: Desk) -> View:
    """Start a project. Raises InvalidValue, UnknownActor, AccountLeaving."""
    known = desk.known([command.actor.user_id])
    if not known:
        raise UnknownActor
    project_id = desk.uow.next_id(tables.project_ids.name)
    with desk.uow.stream(stream_of(project_id), context, creates=True) as stream:
        seen = stream.seen
        if seen is None:
            if owners.held_and_leaving(stream.rows, command.actor.user_id):
                raise AccountLeaving
            events = decide.create_project(command, project_id=project_id)
            project = desk.record(stream, None, events, {"project": project_id})
    if seen is not None:
        desk.told_again(context, seen["project"], seen["version"])
        return _again(desk, command.actor, seen["project"], seen["version"])
    return views.for_caller(project, command.actor, known)


def update_project(command: UpdateProject, *, context: CommandContext, desk: Desk) -> View:
    """Change fields of a project. Raises ProjectNotFound, NotAllowed, ProjectArchived, InvalidValue."""
    return _changed(command, decide.update_project, context=context, desk=desk)


def archive_project(command: ArchiveProject, *, context: CommandContext, desk: Desk) -> View:
    """Make a project read-only. Raises ProjectNotFound, NotAllowed."""
    return _changed(command, decide.archive_project, context=context, desk=desk)


def unarchive_project(command: UnarchiveProject, *, context: CommandContext, desk: Desk) -> View:
    """Make a project writable again. Raises ProjectNotFound, NotAllowed."""
    return _changed(command, decide.unarchive_project, context=context, desk=desk)


def restore_project(command: RestoreProject, *, context: CommandContext, desk: Desk) -> View:
    """Take a project out of the trash. Raises ProjectNotFound, NotAllowed, AccountLeaving of its owner."""
    return _changed(command, decide.restore_project, context=context, desk=desk)


def transfer_project(command: TransferProject, *, context: CommandContext, desk: Desk) -> View:
    """Make a member the owner. Raises ProjectNotFound, NotAllowed, ProjectArchived, InvalidValue, AccountLeaving."""
    exists = command.user_id in desk.known([command.user_id])

    def decided(project: Project, command: TransferProject) -> list[Event]:
        events = decide.transfer_project(project, command)
        if events and not exists:
            raise InvalidValue("/user_id", "This account no longer exists.")
        return events

    return _changed(command, decided, context=context, desk=desk)


def delete_project(command: DeleteProject, *, context: CommandContext, desk: Desk) -> None:
    """Put a project into the trash. Raises ProjectNotFound, NotAllowed, ProjectArchived."""
    _gone(command, decide.delete_project, context=context, desk=desk)


def purge_project(command: PurgeProject, *, context: CommandContext, desk: Desk) -> None:
    """Drop a project for good, its history aside. Raises ProjectNotFound, NotAllowed, ProjectArchived."""
    _gone(command, decide.purge_project, context=context, desk=desk)


def _changed(command: _C, decision: Decision[_C], *, context: CommandContext, desk: Desk) -> View:
    """
    The project after what follows from the command. Whoever owns it then and did not before must be there and stay:
    raises InvalidValue and AccountLeaving otherwise, and what the decision raises.
    """
    with desk.locked(command.project_id, context) as stream:
        seen = stream.seen
        if seen is None:
            project = loading.project(stream.rows, command.project_id)
            if project is None:
                raise ProjectNotFound
            events = decision(project, command)
            hold_owners(stream.rows, project, events)
            known = people(stream.rows, views.everyone([project]))
            changed = desk.record(stream, project, events)
    if seen is not None:
        return _again(desk, command.actor, command.project_id, seen["version"])
    return views.for_caller(changed, command.actor, known)


def _gone(command: _C, decision: Decision[_C], *, context: CommandContext, desk: Desk) -> None:
    with desk.locked(command.project_id, context) as stream:
        if stream.seen is None:
            project = loading.project(stream.rows, command.project_id, only=[command.actor.user_id])
            if project is None:
                raise ProjectNotFound
            desk.record(stream, project, decision(project, command))


def _again(desk: Desk, actor: Actor, project_id: int, version: int) -> View:
    with desk.uow.reading() as connection, desk.histories.at(connection, stream_of(project_id), version) as project:
        if project is None:
            raise ProjectNotFound
        return views.for_caller(project, actor, people(connection, views.everyone([project])))
