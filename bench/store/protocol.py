"""
How a measured program talks with the one that measures: a process each, so that no interpreter lock is shared.

It reads what to do, gets ready, says so, and then at each line runs and answers with what it counted. Standard library
only: the rival's programs run in an environment of their own.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

Run = Callable[[], dict[str, Any]]
Work = Callable[..., Run]
"""Gets ready with the parameters it is given, and answers with what is to be measured."""


def obey(package: str) -> None:
    """Do one piece of work, a function of a module of `package`, as often as told on standard input."""
    name, parameters = json.loads(sys.stdin.readline())
    module, _, function = name.partition(".")
    work: Work = getattr(import_module(f"{package}.{module}"), function)
    run = work(**parameters)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(run()), flush=True)


def repeated(once: Callable[[], int], *, seconds: float, warm: int = 20) -> Run:
    """Call `once`, which answers how many events it dealt with, for `seconds`; after `warm` calls that do not count."""
    for _ in range(warm):
        once()

    def run() -> dict[str, Any]:
        events, begin = 0, time.perf_counter()
        took: list[float] = []
        last = begin
        while last - begin < seconds:
            events += once()
            now = time.perf_counter()
            took.append(now - last)
            last = now
        took.sort()
        return {
            "events": events,
            "seconds": last - begin,
            "p50_ms": took[len(took) // 2] * 1000,
            "p99_ms": took[len(took) * 99 // 100] * 1000,
        }

    return run


def timed(work: Callable[[], int]) -> Run:
    """Do `work` once, which answers how many events it dealt with."""

    def run() -> dict[str, Any]:
        begin = time.perf_counter()
        events = work()
        return {"events": events, "seconds": time.perf_counter() - begin}

    return run


def paced(once: Callable[[], int], *, times: int, pause: float) -> Run:
    """Call `once`, which answers a position, so many times with a pause (s) after each; note when each ended."""

    def run() -> dict[str, Any]:
        ended = {}
        begin = time.monotonic()
        for _ in range(times):
            ended[once()] = time.monotonic()
            time.sleep(pause)
        return {"events": times, "seconds": time.monotonic() - begin, "at": ended}

    return run


def heard(positions: Iterable[int], *, times: int) -> Run:
    """Take so many positions; note when each came, on the clock of `paced`: Linux has one for all processes."""
    source = iter(positions)

    def run() -> dict[str, Any]:
        begin = time.monotonic()
        came = {next(source): time.monotonic() for _ in range(times)}
        return {"events": times, "seconds": time.monotonic() - begin, "at": came}

    return run
