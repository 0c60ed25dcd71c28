"""Read-model writes that wait for the append they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Executable

Statement = tuple[Executable, Mapping[str, Any] | Sequence[Mapping[str, Any]] | None]


class Writer(Protocol):
    """Takes read-model writes; they happen together with the append."""

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> None:
        """Queue a statement. It has no result; a broken constraint shows as RowConflict when the block ends."""
        ...


@dataclass
class Queue:
    """A Writer that remembers."""

    statements: list[Statement] = field(default_factory=list)

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> None:
        """Remember the statement."""
        self.statements.append((statement, parameters))
