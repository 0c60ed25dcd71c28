"""
The ways webhooks says no.

    DomainError
    ├── InvalidParameter                    400
    ├── WebhookNotFound, DeliveryNotFound   404
    ├── TooManyWebhooks, WebhookInactive    409
    ├── PreconditionFailed                  412
    └── InvalidField                        422
        ├── BlankName, UnprintableName
        ├── UnknownEventType, UnknownReplayType, ForSuperusers
        ├── NotAMember
        ├── AddressRefused
        ├── SecretRefused
        └── RangeRefused
"""

from typing import ClassVar


class DomainError(Exception):
    """A refusal; `str()` of it is a sentence for the user. `pointer` names the field at fault (RFC 6901)."""

    kind: ClassVar[str]
    code: ClassVar[str]
    pointer: str | None = None


class InvalidParameter(DomainError):
    """A query parameter that is not valid; `detail` goes on after its name."""

    kind = "malformed"
    code = "invalid-parameter"

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter

    def __str__(self) -> str:
        return f"The query is not valid: {self.parameter} {self.args[0]}."


class WebhookNotFound(DomainError):
    """There is no such subscription, or it is somebody else's."""

    kind = "not_found"
    code = "webhook-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such webhook among yours.")


class DeliveryNotFound(DomainError):
    """There is no such delivery, or it belongs to somebody else's subscription."""

    kind = "not_found"
    code = "delivery-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such delivery among those of your webhooks.")


class TooManyWebhooks(DomainError):
    """The user has as many subscriptions as one may have."""

    kind = "conflict"
    code = "too-many-webhooks"

    def __init__(self, limit: int) -> None:
        super().__init__(f"You have {limit} webhooks, the most one user may have. Delete one that you no longer need.")


class WebhookInactive(DomainError):
    """The subscription is off, so nothing is sent to it."""

    kind = "conflict"
    code = "webhook-inactive"

    def __init__(self) -> None:
        super().__init__("The webhook is off: POST to its enable/ first.")


class PreconditionFailed(DomainError):
    """Somebody else was faster: the subscription is not any more as whoever asks has seen it."""

    kind = "precondition_failed"
    code = "precondition-failed"

    def __init__(self) -> None:
        super().__init__("It was changed since you read it. Read it again, and repeat your change on what it is now.")


class InvalidField(DomainError):
    """A field breaks a rule that its type alone cannot express."""

    kind = "invalid"
    code = "invalid-body"

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer


class BlankName(InvalidField):
    """A name that nobody could read."""

    def __init__(self) -> None:
        super().__init__("/name", "Write at least one visible character.")


class UnprintableName(InvalidField):
    """A name of more than one line, or with characters that steer a terminal."""

    def __init__(self) -> None:
        super().__init__("/name", "Control characters are not allowed.")


class UnknownEventType(InvalidField):
    """A pattern names no event that can be subscribed to."""

    def __init__(self, index: int, pattern: str) -> None:
        super().__init__(
            f"/events/{index}", f"“{pattern}” is not an event type; see the catalogue, or use “*” or “task.*”."
        )


class ForSuperusers(InvalidField):
    """A pattern names nothing but what superusers alone are told."""

    def __init__(self, index: int, pattern: str) -> None:
        super().__init__(f"/events/{index}", f"“{pattern}” is told to superusers alone.")


class UnknownReplayType(InvalidField):
    """What is to be replayed is no type of event."""

    def __init__(self, index: int, pattern: str) -> None:
        super().__init__(
            f"/types/{index}", f"“{pattern}” is not an event type; see the catalogue, or use “*” or “task.*”."
        )


class NotAMember(InvalidField):
    """The filter names a project that the owner of the subscription does not belong to."""

    def __init__(self, index: int, project_id: int) -> None:
        super().__init__(f"/projects/{index}", f"There is no project {project_id} among yours.")


class AddressRefused(InvalidField):
    """The URL is malformed, or leads where webhooks may not go."""

    def __init__(self, detail: str) -> None:
        super().__init__("/url", detail)


class SecretRefused(InvalidField):
    """The secret says `whsec_` but is no key of 24 to 64 bytes in base64."""

    def __init__(self, detail: str) -> None:
        super().__init__("/secret", detail)


class RangeRefused(InvalidField):
    """What is to be replayed begins nowhere, twice, or after it ends."""
