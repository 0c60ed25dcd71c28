"""Refusals that anything can meet."""

from synergy_projects.domain.errors.base import DomainError


class InvalidParameter(DomainError):
    """A query parameter that does not go with the others."""

    kind = "malformed"
    code = "invalid-parameter"


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
