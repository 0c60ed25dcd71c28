"""What a reconciliation found."""

from dataclasses import dataclass, field
from enum import IntFlag


class Damage(IntFlag):
    """Classes of what can be missing; a report's exit code is the sum of those found."""

    BEHIND = 8
    PARKED = 16
    CONTRADICTION = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One thing that is missing or contradicts the log. `part` is `relay` or the source that is followed. What `passes`
    may be all right a moment later without anybody's help.
    """

    damage: Damage
    part: str
    detail: str
    passes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayState:
    """How far the relay has published its own store, and how many events; `head` is the last event's position."""

    position: int
    head: int
    published: int
    leads: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerState:
    """How far a consumer has followed a source, in which epoch, how many events it took, and how many are parked."""

    consumer: str
    source: str
    position: int
    head: int
    epoch: str | None
    taken: int
    parked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The state of the parts of one service, and what is wrong with them."""

    service: str
    relay: RelayState
    consumers: list[ConsumerState] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing is missing."""
        return not self.findings

    @property
    def exit_code(self) -> int:
        """0, or the sum of the classes of damage."""
        code = Damage(0)
        for finding in self.findings:
            code |= finding.damage
        return int(code)
