"""How much memory a process takes while it works."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

EVERY: Final = 0.1
"""Seconds between two samples."""
_MIB: Final = 1024


def pss(pid: int) -> float:
    """What a process takes of the machine's memory, shared pages divided among their users, in MiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / _MIB
    raise ValueError(f"process {pid} tells nothing of its memory")


def family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from family(int(child))


@dataclass(slots=True)
class Samples:
    """What was seen, in MiB, in order."""

    values: list[float] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """How far it rose above the first quarter of the time, by when a rebuild's processes have started; in MiB."""
        early = len(self.values) // 4 + 1
        return max(0.0, max(self.values) - max(self.values[:early])) if self.values else 0.0

    @property
    def most(self) -> float:
        """The highest, in MiB."""
        return max(self.values, default=0.0)


@contextmanager
def sampled(pid: int) -> Iterator[Samples]:
    """Look at a process and its children ten times a second for as long as the block takes."""
    samples, over = Samples(), threading.Event()

    def look() -> None:
        while not over.is_set():
            with suppress(OSError, ValueError):  # one of them has just ended
                samples.values.append(sum(map(pss, family(pid))))
            over.wait(EVERY)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield samples
    finally:
        over.set()
        watcher.join()
