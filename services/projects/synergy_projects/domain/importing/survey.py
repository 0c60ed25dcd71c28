"""What must be known of all tasks before the first is made: numbers, places, what waits for what, who is named."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from synergy_projects.domain.errors import DomainError
from synergy_projects.domain.importing.document import ImportedProject, ImportedTask

MOST_TASKS: Final = 100_000
MOST_FAULTS: Final = 100
MOST_PEOPLE: Final = 1_000
_UNTELLABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What a file may hold and no answer can: NUL and halves of surrogate pairs."""


class Fault(NamedTuple):
    """What is wrong, and on which line."""

    line: int
    detail: str


class Faults:
    """Gathers what is wrong, as far as it is told."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    @property
    def full(self) -> bool:
        """Whether as many were found as are told."""
        return len(self.found) >= MOST_FAULTS

    def add(self, line: int, detail: str) -> None:
        """Another one; a file that is read several times tells the same of them. What is quoted may be anything."""
        fault = Fault(line, _UNTELLABLE.sub("\N{REPLACEMENT CHARACTER}", detail))
        if not self.full and fault not in self.found:
            self.found.append(fault)

    @contextmanager
    def on(self, line: int) -> Iterator[None]:
        """What is refused within the block is wrong on this line."""
        try:
            yield
        except DomainError as no:
            self.add(line, f"{no.pointer[1:]}: {no}" if no.pointer else str(no))


class Survey:
    """
    `add` each task; `finish` tells what is wrong with all of them together. Then `numbers` and `places` (on the board,
    counted from 0) hold what each task gets, in the order in which they were added, and `names` who is named. Once it
    is `exceeded` there is more than an import may hold, and nothing more is learned.
    """

    def __init__(self, project: ImportedProject, faults: Faults) -> None:
        self.numbers: list[int] = []
        self.places: list[int] = []
        self.names: dict[str, int] = {}
        self.exceeded = False
        self._faults = faults
        self._given: list[int | None] = []
        self._ranks: list[int | None] = []
        self._lines: list[int] = []
        self._awaited: dict[int, tuple[int, ...]] = {}
        members: set[str] = set()
        for member in project.members:
            if member.username.casefold() in members:
                faults.add(member.line, f"“{member.username}” is a member already.")
            members.add(member.username.casefold())
            self._name(member.line, member.username)

    @property
    def count(self) -> int:
        """How many tasks there are."""
        return len(self._given)

    def add(self, task: ImportedTask) -> None:
        """One task more."""
        if self.count == MOST_TASKS:
            self._faults.add(task.line, f"A project that is imported has at most {MOST_TASKS:,} tasks.")
            self.exceeded = True
        if self.exceeded:
            return
        if task.depends_on:
            self._awaited[self.count] = task.depends_on
        self._given.append(task.number)
        self._ranks.append(task.rank)
        self._lines.append(task.line)
        named = [*task.assignees, task.created_by, *(one.author for one in task.comments)]
        named += [one.user for one in task.time_logs]
        named += [name for one in task.comments for name in one.mentions or ()]
        for name in named:
            if name is not None:
                self._name(task.line, name)

    def finish(self) -> None:
        """All were added."""
        taken: dict[int, int] = {}
        for line, number in zip(self._lines, self._given, strict=True):
            if number is not None and taken.setdefault(number, line) != line:
                self._faults.add(line, f"number: Task {number} stands on line {taken[number]} already.")
        following = max(taken, default=0)
        for number in self._given:
            following += number is None
            self.numbers.append(following if number is None else number)
        count = self.count
        by_rank = sorted(range(count), key=lambda one: (count if self._ranks[one] is None else self._ranks[one], one))
        self.places = [0] * count
        for place, one in enumerate(by_rank):
            self.places[one] = place
        if not self._faults.found:  # else tasks are missing that are there
            self._check_awaited()

    def _check_awaited(self) -> None:
        index = {number: one for one, number in enumerate(self.numbers)}
        waiting: dict[int, set[int]] = {}
        for one, awaited in self._awaited.items():
            if missing := [number for number in awaited if number not in index]:
                self._faults.add(self._lines[one], f"depends_on: There is no task {missing[0]}.")
            waiting[one] = {index[number] for number in awaited if number in index}
        for one in _in_circles(waiting):
            self._faults.add(self._lines[one], f"depends_on: Task {self.numbers[one]} would wait for itself.")

    def _name(self, line: int, name: str) -> None:
        if name not in self.names and len(self.names) == MOST_PEOPLE:
            self._faults.add(line, f"More than {MOST_PEOPLE:,} people are named.")
            self.exceeded = True
        else:
            self.names.setdefault(name, line)


def _in_circles(waiting: dict[int, set[int]]) -> list[int]:
    """Those that can never begin: they wait for themselves, however indirectly, or for such ones."""
    waited_by: dict[int, list[int]] = {}
    open_ones = {one: len(awaited) for one, awaited in waiting.items()}
    for one, awaited in waiting.items():
        for other in awaited:
            waited_by.setdefault(other, []).append(one)
    free = [one for one in {*waited_by, *open_ones} if not open_ones.get(one)]
    while free:
        for one in waited_by.get(free.pop(), ()):
            open_ones[one] -= 1
            if not open_ones[one]:
                free.append(one)
    return sorted(one for one, count in open_ones.items() if count)
