"""Commands on who is in a project."""

from synergy_chassis.store import CommandContext, Stream
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import AddMember, ChangeMemberRole, RemoveMember
from synergy_projects.domain.decide.access import require
from synergy_projects.domain.errors import InvalidValue, ProjectNotFound
from synergy_projects.domain.person import Person
from synergy_projects.domain.project import Project
from synergy_projects.domain.roles import Right
from synergy_projects.handlers.desk import Desk
from synergy_projects.queries import loading, views
from synergy_projects.queries.people import people
from synergy_projects.queries.views import View


def add_member(command: AddMember, *, context: CommandContext, desk: Desk) -> View:
    """Let someone in. Raises ProjectNotFound, NotAllowed, InvalidValue for nobody we know, AlreadyAMember."""
    with desk.uow.reading() as connection:  # before anybody is looked up: outsiders learn no names
        project = loading.project(connection, command.project_id, only=[command.actor.user_id])
    if project is None:
        raise ProjectNotFound
    require(project, command.actor, Right.MANAGE_MEMBERS)
    person = _person(command, desk)
    with desk.locked(command.project_id, context) as stream:
        if stream.seen is None:
            project = _project(stream, command.project_id, command.actor.user_id, person.id)
            desk.record(stream, project, decide.add_member(project, command, user_id=person.id))
    return views.membership(person.id, command.role, {person.id: person})


def change_member_role(command: ChangeMemberRole, *, context: CommandContext, desk: Desk) -> View:
    """Give a member another role. Raises ProjectNotFound, NotAllowed, MemberNotFound, OwnerRequired."""
    with desk.locked(command.project_id, context) as stream:
        known = people(stream.rows, [command.user_id])
        if stream.seen is None:
            project = _project(stream, command.project_id, command.actor.user_id, command.user_id)
            desk.record(stream, project, decide.change_member_role(project, command))
    return views.membership(command.user_id, command.role, known)


def remove_member(command: RemoveMember, *, context: CommandContext, desk: Desk) -> None:
    """Take someone out, off their tasks too. Raises ProjectNotFound, NotAllowed, MemberNotFound, OwnerRequired."""
    columns = tables.tasks.c
    with desk.locked(command.project_id, context) as stream:
        if stream.seen is None:
            project = _project(stream, command.project_id, command.actor.user_id, command.user_id)
            project.tasks = loading.tasks(
                stream.rows,
                columns.project_id == command.project_id,
                columns.trashed_at.is_(None),
                columns.assignees.contains([command.user_id]),
            )
            project.timers = loading.timer(stream.rows, command.project_id, command.user_id)
            desk.record(stream, project, decide.remove_member(project, command))


def _project(stream: Stream, project_id: int, *user_ids: int) -> Project:
    project = loading.project(stream.rows, project_id, only=user_ids)
    if project is None:
        raise ProjectNotFound
    return project


def _person(command: AddMember, desk: Desk) -> Person:
    """Whom the command means. Raises InvalidValue if it names nobody, two people, or someone who does not exist."""
    if (command.user_id is None) == (command.username is None):
        raise InvalidValue("/user_id", "Give either user_id or username.")
    if command.user_id is not None:
        person = desk.known([command.user_id]).get(command.user_id)
        pointer, wanted = "/user_id", f"the id {command.user_id}"
    else:
        person = desk.directory.find(command.username or "")
        pointer, wanted = "/username", f"the name {(command.username or '')[:100]}"
    if person is None:
        raise InvalidValue(pointer, f"There is no user with {wanted}.")
    desk.keep([person])
    return person
