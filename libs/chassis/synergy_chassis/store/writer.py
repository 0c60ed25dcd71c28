"""Read-model writes that wait for the append they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Executable

from synergy_chassis.store.constant import Constant

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
Statement = tuple[Executable | Constant, Parameters]


class Writer(Protocol):
    """Takes read-model writes; they happen together with the append."""

    def execute(self, statement: Executable | Constant, parameters: Parameters = None) -> None:
        """Queue a statement. It has no result; a broken constraint shows as RowConflict when the block ends."""
        ...


@dataclass
class Queue:
    """A Writer that remembers."""

    statements: list[Statement] = field(default_factory=list)

    def execute(self, statement: Executable | Constant, parameters: Parameters = None) -> None:
        """Remember the statement."""
        self.statements.append((statement, parameters))
