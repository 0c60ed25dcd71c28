"""The original's §6.3.5: one event to a hundred webhooks, one after the other, and by one, two and four senders."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Final

import requests

from bench.http.usage import used
from bench.report import Cell, Grid
from bench.webhooks.ground import Ground
from bench.webhooks.parts.fan_out import one_event
from synergy_local.processes import wait_until

COUNTS: Final = (1, 2, 4)
PRINTED: Final = {0: 12.4, 4: 3.8, 8: 2.1}
"""Seconds that the original's chapter tells, by workers; without any it sends one after the other."""
STARTED: Final = "sender-started"
SENDER: Final = "sender"


def measure(place: Ground) -> Sequence[Grid]:
    """The same event again and again, more senders each time; what they take of the processors and of memory."""
    options = place.options
    owner = place.somebody()
    (project,) = place.projects(owner, 1)
    paths = [f"/senders/{n}" for n in range(options.fan_out)]
    place.webhooks(owner, paths, "task.created")
    place.told(f"{options.fan_out} requests one after the other")
    rows: list[list[Cell]] = [["one after the other, a loop", one_by_one(place), None, None, None, None]]
    for count in COUNTS:
        place.told(f"{count} senders" if count > 1 else "one sender")
        with senders(place, count) as names:
            events = options.repeats * options.rounds
            place.receiver.taken()
            first, stages = one_event(place, owner, project, []), list[str]()
            pids = [place.stack.children[name].pid for name in names]
            with used({SENDER: pids}) as usage:
                began = time.perf_counter()
                warm = median(one_event(place, owner, project, stages) for _ in range(events))
                took = time.perf_counter() - began
            each = 1000 * usage.processor[SENDER] * took / events
            rows.append([f"{count} × sender", warm, first, options.fan_out * options.latency / warm, each,
                         usage.memory[SENDER]])  # fmt: skip
    grid = Grid(
        title=f"One event to {options.fan_out} webhooks (§6.3.5)",
        columns=["", "s", "the first, s", "× one after the other", "ms of processor an event", "PSS MiB"],
        rows=rows,
    )
    told = ", ".join(f"{seconds} s with {workers or 'no'} workers" for workers, seconds in PRINTED.items())
    grid.notes.append(f"printed by the original: {told}; 234, 412 and 756 MB for 2, 4 and 8 workers")
    grid.notes.append(
        f"from the event's record to the last answer, the median of {options.repeats * options.rounds} events; a "
        f"receiver that takes {1000 * options.latency:.0f} ms, over TLS; the first event opens every connection"
    )
    return [grid]


def one_by_one(place: Ground) -> float:
    """Seconds that a plain loop over one kept connection takes, nothing signed and nothing recorded."""
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(place.certificate)
        began = time.perf_counter()
        for number in range(place.options.fan_out):
            told = session.post(place.receiver.url(f"/plain/{number}"), json={"type": "task.created"}, timeout=30)
            told.raise_for_status()
        return time.perf_counter() - began


@contextmanager
def senders(place: Ground, count: int) -> Iterator[list[str]]:
    """So many fresh senders; afterwards there is one, as before."""
    stack = place.stack
    names = [SENDER, *(f"{SENDER}-{number}" for number in range(2, count + 1))]
    stack.stop(SENDER)
    for name in names:
        stack.programs[name] = replace(stack.programs[SENDER], name=name)
        before = _starts(place, name) if name == SENDER else 0
        stack.start(name)
        started = partial(_has_started, place, name, before)
        wait_until(started, seconds=60, what=f"{name} starting", children=[stack.children[name]])
    try:
        yield names
    finally:
        for name in names[1:]:
            stack.stop(name)


def _starts(place: Ground, name: str) -> int:
    return place.stack.log(name).count(STARTED)


def _has_started(place: Ground, name: str, before: int) -> bool:
    return _starts(place, name) > before
