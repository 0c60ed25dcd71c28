"""What people ask about who is in a project."""

from dataclasses import dataclass

from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.fields import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteMember:
    """Invite somebody whose address the actor knows, as what."""

    actor: Actor
    project_id: int
    role: Role = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptInvitation:
    """Join as what `invited_by` invited the actor."""

    actor: Actor
    project_id: int
    role: Role
    invited_by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMember:
    """Let someone, named by id or by user name, into a project."""

    actor: Actor
    project_id: int
    user_id: int | None = None
    username: str | None = None
    role: Role = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMemberRole:
    """Give a member another role."""

    actor: Actor
    project_id: int
    user_id: int
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMember:
    """Take someone out of a project, or leave it."""

    actor: Actor
    project_id: int
    user_id: int
