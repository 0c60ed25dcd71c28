"""What `verify` finds: classes of damage, findings, a report."""

from dataclasses import dataclass, field
from enum import IntFlag
from typing import Final

_MOST_FINDINGS: Final = 1000


class Damage(IntFlag):
    """Classes of damage; several add up in an exit code. 1 and 2 are left to failures of the program itself."""

    CHANGED_ROW = 8
    MISSING_ROW = 16
    MISSING_TAIL = 32
    MISSING_STREAM = 64
    BROKEN_SEAL = 128


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction: where (a stream, or `seal 12`), of which class, and what in words."""

    damage: Damage
    stream: str
    version: int | None
    detail: str


@dataclass(slots=True)
class VerifyReport:
    """
    What was checked and what was found; `findings` keeps the first 1,000, `count` counts all.

    `seals` were compared with the events up to position `sealed_to`, the first `in_file` of them with a file.
    """

    events: int = 0
    streams: int = 0
    seals: int = 0
    sealed_to: int = 0
    in_file: int | None = None
    count: int = 0
    damage: Damage = Damage(0)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.count

    @property
    def exit_code(self) -> int:
        """0, or the sum of the classes found."""
        return int(self.damage)

    def join(self, other: "VerifyReport") -> None:
        """Add what was checked and found elsewhere in the log, after this."""
        self.events += other.events
        self.streams += other.streams
        self.count += other.count
        self.damage |= other.damage
        self.findings += other.findings[: _MOST_FINDINGS - len(self.findings)]

    def add(self, damage: Damage, stream: str, version: int | None, detail: str) -> None:
        """Note a finding."""
        self.count += 1
        self.damage |= damage
        if len(self.findings) < _MOST_FINDINGS:
            self.findings.append(Finding(damage, stream, version, detail))
