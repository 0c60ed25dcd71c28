"""Refusals that anything can meet."""

from synergy_projects.domain.errors.base import DomainError


class InvalidParameter(DomainError):
    """A query parameter that is not valid or does not go with the others; `detail` goes on after its name."""

    kind = "malformed"
    code = "invalid-parameter"

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter

    def __str__(self) -> str:
        return f"The query is not valid: {self.parameter} {self.args[0]}."


class PreconditionFailed(DomainError):
    """Somebody else was faster: the thing is not any more as whoever asks has seen it."""

    kind = "precondition_failed"
    code = "precondition-failed"

    def __init__(self) -> None:
        super().__init__("It was changed since you read it. Read it again, and repeat your change on what it is now.")


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
