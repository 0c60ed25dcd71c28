"""People are invited by mail, and join. Whom, is known where mail is sent; here is who may, and that it happened."""

from typing import Any

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext
from synergy_projects.domain import decide
from synergy_projects.domain.commands import AcceptInvitation, Actor, InviteMember
from synergy_projects.domain.decide.access import require
from synergy_projects.domain.errors import InvitationCancelled, ProjectNotFound
from synergy_projects.domain.roles import Right
from synergy_projects.handlers.desk import Desk
from synergy_projects.queries import loading, views
from synergy_projects.queries.versions import membership
from synergy_projects.queries.views import View


def invite_member(command: InviteMember, *, context: CommandContext, desk: Desk) -> dict[str, Any]:
    """
    What the mail is to say. The invitation has the command's id, so that the same command again is the same invitation.

    Raises ProjectNotFound or NotAllowed.
    """
    with desk.locked(command.project_id, context) as stream:
        project = loading.project(stream.rows, command.project_id, only=[command.actor.user_id])
        if project is None:
            raise ProjectNotFound
        events = decide.invite_member(project, command, invitation_id=context.command_id)
        told = {"invitation_id": context.command_id, "project_id": project.id, "project_name": project.name}
        if stream.seen is None:
            desk.record(stream, project, events)
    return told | {"role": command.role}


def accept_invitation(command: AcceptInvitation, *, context: CommandContext, desk: Desk) -> View:
    """The actor is a member then. Raises InvitationCancelled."""
    user_id = command.actor.user_id
    desk.known([user_id])
    with desk.locked(command.project_id, context, missing=InvitationCancelled) as stream:
        project = loading.project(stream.rows, command.project_id, only=[user_id, command.invited_by.user_id])
        if project is None:
            raise InvitationCancelled
        stream.touch(membership(user_id))  # also where one was in already, by a command that nobody heard the answer of
        if stream.seen is None and (events := decide.accept_invitation(project, command)):
            desk.record(stream, project, events)
        role = project.members.get(user_id, command.role)
    return views.membership(user_id, role, desk.known([user_id]))


def require_manager(rows: Connection, actor: Actor, project_id: int) -> None:
    """Raises ProjectNotFound or NotAllowed for whoever may not let people in."""
    project = loading.project(rows, project_id, only=[actor.user_id])
    if project is None:
        raise ProjectNotFound
    require(project, actor, Right.MANAGE_MEMBERS, archived=True)
