"""Commands on a project itself."""

from synergy_chassis.store import CommandContext
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import Actor, CreateProject, DeleteProject, UpdateProject
from synergy_projects.domain.errors import AccountLeaving, ProjectNotFound, UnknownActor
from synergy_projects.handlers.desk import Desk, stream_of
from synergy_projects.queries import loading, owners, views
from synergy_projects.queries.people import people
from synergy_projects.queries.views import View


def create_project(command: CreateProject, *, context: CommandContext, desk: Desk) -> View:
    """Start a project. Raises InvalidValue, UnknownActor, AccountLeaving."""
    known = desk.known([command.actor.user_id])
    if not known:
        raise UnknownActor
    project_id = desk.uow.next_id(tables.project_ids.name)
    with desk.uow.stream(stream_of(project_id), context, creates=True) as stream:
        seen = stream.seen
        if seen is None:
            owners.hold_owner(stream.rows, command.actor.user_id)
            if owners.is_leaving(stream.rows, command.actor.user_id):
                raise AccountLeaving
            events = decide.create_project(command, project_id=project_id)
            project = desk.record(stream, None, events, {"project": project_id})
    if seen is not None:
        desk.told_again(context, seen["project"], seen["version"])
        return _again(desk, command.actor, seen["project"], seen["version"])
    return views.for_caller(project, command.actor, known)


def update_project(command: UpdateProject, *, context: CommandContext, desk: Desk) -> View:
    """Change fields of a project. Raises ProjectNotFound, NotAllowed, InvalidValue."""
    with desk.locked(command.project_id, context) as stream:
        seen = stream.seen
        if seen is None:
            project = loading.project(stream.rows, command.project_id)
            if project is None:
                raise ProjectNotFound
            known = people(stream.rows, views.everyone([project]))
            changed = desk.record(stream, project, decide.update_project(project, command))
    if seen is not None:
        return _again(desk, command.actor, command.project_id, seen["version"])
    return views.for_caller(changed, command.actor, known)


def delete_project(command: DeleteProject, *, context: CommandContext, desk: Desk) -> None:
    """Put a project into the trash. Raises ProjectNotFound, NotAllowed."""
    with desk.locked(command.project_id, context) as stream:
        if stream.seen is None:
            project = loading.project(stream.rows, command.project_id, only=[command.actor.user_id])
            if project is None:
                raise ProjectNotFound
            desk.record(stream, project, decide.delete_project(project, command))


def _again(desk: Desk, actor: Actor, project_id: int, version: int) -> View:
    with desk.uow.reading() as connection, desk.histories.at(connection, stream_of(project_id), version) as project:
        if project is None:
            raise ProjectNotFound
        return views.for_caller(project, actor, people(connection, views.everyone([project])))
