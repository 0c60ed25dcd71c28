"""What every refusal is."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal; its text is for the user. `pointer` names the field (RFC 6901), `retry_after` is in seconds."""

    kind: ClassVar[str]
    code: ClassVar[str]
    pointer: str | None = None
    retry_after: int | None = None
