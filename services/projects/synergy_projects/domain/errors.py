"""Why a project says no. `str(error)` is a sentence for the user, `pointer` the JSON pointer of the field at fault."""

from collections.abc import Sequence
from typing import ClassVar


class DomainError(Exception):
    """Any refusal of the domain: `kind` says what sort of no, `code` is a stable slug."""

    kind: ClassVar[str]
    code: ClassVar[str]
    pointer: str | None = None


class ProjectNotFound(DomainError):
    """There is no such project, or the actor may not know of it."""

    kind = "not_found"
    code = "project-not-found"

    def __init__(self) -> None:
        super().__init__("There is no project with this id that you may see.")


class VersionNotFound(DomainError):
    """The project was not there at that moment, or has not come that far."""

    kind = "not_found"
    code = "version-not-found"

    def __init__(self) -> None:
        super().__init__("The project was not there then: not yet, not any more, or it has not reached this version.")


class InvalidParameter(DomainError):
    """A query parameter that does not go with the others."""

    kind = "malformed"
    code = "invalid-parameter"


class TaskNotFound(DomainError):
    """There is no such task, or the actor may not know of it."""

    kind = "not_found"
    code = "task-not-found"

    def __init__(self) -> None:
        super().__init__("There is no task with this id that you may see.")


class MemberNotFound(DomainError):
    """The person is not in the project."""

    kind = "not_found"
    code = "member-not-found"

    def __init__(self, user_id: int) -> None:
        super().__init__(f"User {user_id} is not a member of this project.")


class NotAllowed(DomainError):
    """The actor's role does not cover this."""

    kind = "forbidden"
    code = "not-allowed"

    def __init__(self, role: str, action: str) -> None:
        super().__init__(f"Your role in this project, {role}, does not let you {action}.")


class InvalidValue(DomainError):
    """A field has a value that it cannot have."""

    kind = "invalid"
    code = "invalid-body"

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer


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


class ProjectsOwned(DomainError):
    """Whoever leaves owns projects still; some of them are named."""

    kind = "conflict"
    code = "projects-owned"

    def __init__(self, owned: Sequence[tuple[int, str]], *, more: bool) -> None:
        named = ", ".join(f"“{name}” ({project_id})" for project_id, name in owned)
        others = " and others" if more else ""
        super().__init__(f"You own {named}{others}. Transfer or delete these projects first.")


class AccountLeaving(DomainError):
    """The account is being erased: it starts no project now."""

    kind = "conflict"
    code = "account-leaving"

    def __init__(self) -> None:
        super().__init__(
            "This account is being erased, so it cannot start a project. If it stays, try in five minutes."
        )


class UnknownActor(DomainError):
    """The account that asks does not exist any more."""

    kind = "unauthenticated"
    code = "authentication-required"

    def __init__(self) -> None:
        super().__init__("This account no longer exists; sign in again.")
