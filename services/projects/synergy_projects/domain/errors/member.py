"""Refusals about who is in a project."""

from synergy_projects.domain.errors.base import DomainError


class MemberNotFound(DomainError):
    """The person is not in the project."""

    kind = "not_found"
    code = "member-not-found"

    def __init__(self, user_id: int) -> None:
        super().__init__(f"User {user_id} is not a member of this project.")


class AlreadyAMember(DomainError):
    """The person is in the project already."""

    kind = "conflict"
    code = "already-a-member"

    def __init__(self, user_id: int) -> None:
        super().__init__(f"User {user_id} is a member of this project already; change the role instead.")


class InvitationCancelled(DomainError):
    """Who invited may not let people in any more, or the project is gone."""

    kind = "conflict"
    code = "invitation-cancelled"

    def __init__(self) -> None:
        super().__init__("This invitation does not hold any more. Ask for another one.")


class OwnerRequired(DomainError):
    """A project has exactly one owner, who can neither leave nor be given a lower role."""

    kind = "conflict"
    code = "owner-required"

    def __init__(self) -> None:
        super().__init__("A project always has one owner; transfer it to someone else first.")
