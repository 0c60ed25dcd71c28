"""Which events a subscription names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The types that anybody may name, and those that are told to superusers alone."""

    anybody: frozenset[str]
    superusers: frozenset[str] = frozenset()

    def open_to(self, *, superuser: bool) -> frozenset[str]:
        """What one may name."""
        return self.anybody | self.superusers if superuser else self.anybody


def names(pattern: str, event_type: str) -> bool:
    """Whether `pattern` (`*`, `task.*` or a type) covers the type."""
    if pattern == "*":
        return True
    noun, _, verb = pattern.partition(".")
    return pattern == event_type or (verb == "*" and event_type.startswith(noun + "."))


def matches(patterns: Sequence[str], event_type: str) -> bool:
    """Whether any of the patterns covers the type."""
    return any(names(pattern, event_type) for pattern in patterns)


def unknown(patterns: Sequence[str], catalogue: Collection[str]) -> list[int]:
    """Indices of the patterns that cover nothing in the catalogue."""
    return [i for i, pattern in enumerate(patterns) if not any(names(pattern, known) for known in catalogue)]
