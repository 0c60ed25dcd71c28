"""Who came into the project, and who left it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from synergy_projects.domain.fields import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberInvited:
    """Somebody was invited to the project by mail. Who it is, is known where the mail is sent, under this id."""

    invitation_id: UUID
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded:
    """Someone joined the project."""

    user_id: int
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRoleChanged:
    """A member, who `was` something else, has this role now."""

    user_id: int
    role: Role
    was: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved:
    """Someone left the project or was taken out of it, and `was` this in it."""

    user_id: int
    was: Role


MemberEvent = MemberInvited | MemberAdded | MemberRoleChanged | MemberRemoved

STORED_AS: Final[dict[str, type]] = {
    "member.invited": MemberInvited,
    "member.added": MemberAdded,
    "member.role_changed": MemberRoleChanged,
    "member.removed": MemberRemoved,
}


def entity(event: MemberEvent) -> str:
    """`member-<user id>` or `invitation-<id>`."""
    return f"invitation-{event.invitation_id}" if isinstance(event, MemberInvited) else f"member-{event.user_id}"
