"""What processes take of the machine: memory as PSS, processors as shares of one."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.store.memory import family, pss

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_USER: Final = 11
"""
Place of the ticks in user mode after the command's name in /proc/<pid>/stat; those of the kernel follow, then both of
the children that have ended and were waited for.
"""


def processor_seconds(pid: int) -> float:
    """Seconds of a processor that a process took so far, with those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[_USER : _USER + 4])) / _TICKS


@dataclass(slots=True)
class Usage:
    """By part: MiB at the end, and the share of one processor meanwhile."""

    memory: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)


@contextmanager
def used(parts: Mapping[str, list[int]], *, memory: bool = True) -> Iterator[Usage]:
    """What these processes, with all that they started, use while the block runs; `memory` takes a moment to tell."""
    usage = Usage()
    before, begin = {name: _taken(pids) for name, pids in parts.items()}, time.perf_counter()
    yield usage
    took = time.perf_counter() - begin
    for name, pids in parts.items():
        usage.processor[name] = (_taken(pids) - before[name]) / took
        if memory:
            usage.memory[name] = sum(_memory(pids))


def _taken(pids: list[int]) -> float:
    """What they and their families took; of a session of PostgreSQL's that has ended, its parent tells."""
    seconds = 0.0
    for pid in _all(pids):
        with suppress(OSError):
            seconds += processor_seconds(pid)
    return seconds


def _memory(pids: list[int]) -> Iterator[float]:
    for pid in _all(pids):
        with suppress(OSError, ValueError):
            yield pss(pid)


def _all(pids: list[int]) -> list[int]:
    found: list[int] = []
    for pid in pids:
        with suppress(OSError):
            found.extend(family(pid))
    return found
