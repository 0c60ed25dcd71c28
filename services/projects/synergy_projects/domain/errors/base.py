"""What every refusal is."""

from typing import ClassVar


class DomainError(Exception):
    """Any refusal of the domain: `kind` says what sort of no, `code` is a stable slug."""

    kind: ClassVar[str]
    code: ClassVar[str]
    pointer: str | None = None
