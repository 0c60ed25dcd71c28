"""What follows from commands on who is in a project."""

from uuid import UUID

from synergy_projects.domain.commands import AcceptInvitation, AddMember, ChangeMemberRole, InviteMember, RemoveMember
from synergy_projects.domain.decide.access import require
from synergy_projects.domain.errors import (
    AlreadyAMember,
    InvitationCancelled,
    MemberNotFound,
    NotAllowed,
    OwnerRequired,
    ProjectNotFound,
)
from synergy_projects.domain.events import (
    Event,
    MemberAdded,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    TaskUpdated,
)
from synergy_projects.domain.fields import Role
from synergy_projects.domain.project import Project
from synergy_projects.domain.roles import Right


def invite_member(project: Project, command: InviteMember, *, invitation_id: UUID) -> list[Event]:
    """Somebody is invited. Raises NotAllowed."""
    require(project, command.actor, Right.MANAGE_MEMBERS)
    return [MemberInvited(invitation_id=invitation_id, role=command.role)]


def accept_invitation(project: Project, command: AcceptInvitation) -> list[Event]:
    """The actor joins, unless a member already; only while who invited may let people in. InvitationCancelled."""
    try:
        require(project, command.invited_by, Right.MANAGE_MEMBERS)
    except (NotAllowed, ProjectNotFound):
        raise InvitationCancelled from None
    if command.actor.user_id in project.members:
        return []
    return [MemberAdded(user_id=command.actor.user_id, role=command.role)]


def add_member(project: Project, command: AddMember, *, user_id: int) -> list[Event]:
    """The person `user_id`, found by the command's id or name, joins. Raises NotAllowed, AlreadyAMember."""
    require(project, command.actor, Right.MANAGE_MEMBERS)
    if user_id in project.members:
        raise AlreadyAMember(user_id)
    return [MemberAdded(user_id=user_id, role=command.role)]


def change_member_role(project: Project, command: ChangeMemberRole) -> list[Event]:
    """Another role for a member. Raises NotAllowed, MemberNotFound, OwnerRequired."""
    require(project, command.actor, Right.MANAGE_MEMBERS)
    was = _member_but_not_owner(project, command.user_id)
    if was == command.role:
        return []
    return [MemberRoleChanged(user_id=command.user_id, role=command.role, was=was)]


def remove_member(project: Project, command: RemoveMember) -> list[Event]:
    """
    The member leaves, after being taken off the tasks that the state holds. Everyone but the owner may leave.

    Raises NotAllowed, MemberNotFound, OwnerRequired.
    """
    leaving = command.user_id == command.actor.user_id
    require(project, command.actor, Right.LEAVE if leaving else Right.MANAGE_MEMBERS)
    was = _member_but_not_owner(project, command.user_id)
    unassigned: list[Event] = [
        TaskUpdated(
            task_id=task.id,
            changes={"assignees": tuple(user_id for user_id in task.assignees if user_id != command.user_id)},
            before={"assignees": task.assignees},
        )
        for task in project.tasks.values()
        if command.user_id in task.assignees and task.trashed_at is None
    ]
    return [*unassigned, MemberRemoved(user_id=command.user_id, was=was)]


def _member_but_not_owner(project: Project, user_id: int) -> Role:
    role = project.members.get(user_id)
    if role is None:
        raise MemberNotFound(user_id)
    if role == "owner":
        raise OwnerRequired
    return role
