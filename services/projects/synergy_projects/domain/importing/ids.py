"""The ids of what is made: first counted, then reserved, then given out in the same order."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

KINDS: Final = ("tasks", "comments", "subtasks", "time_logs", "labels", "milestones", "sprints")

Ranges = Sequence[tuple[int, int]]
"""First and last of ids that follow each other."""


class Ids(Protocol):
    """Where ids come from, by what they are of."""

    def next(self, kind: str) -> int:
        """An id that nothing of this kind had."""
        ...


class CountedIds:
    """1, 2, 3 … of each kind, and how many there were: for a trial."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def next(self, kind: str) -> int:
        """The next number."""
        self.counts[kind] += 1
        return self.counts[kind]


class ReservedIds:
    """Ids that were reserved, always in the same order."""

    def __init__(self, reserved: Mapping[str, Ranges]) -> None:
        self._ids: dict[str, Iterator[int]] = {
            kind: (one for first, last in ranges for one in range(first, last + 1)) for kind, ranges in reserved.items()
        }

    def next(self, kind: str) -> int:
        """The next one. Raises StopIteration when more are asked for than were counted."""
        return next(self._ids[kind])


def in_ranges(ids: Sequence[int]) -> list[tuple[int, int]]:
    """The same ids, which grow, in few words."""
    found: list[tuple[int, int]] = []
    for one in ids:
        if found and found[-1][1] == one - 1:
            found[-1] = (found[-1][0], one)
        else:
            found.append((one, one))
    return found
