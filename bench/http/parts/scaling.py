"""One, two and four processes of projects and of the gateway (§6.4.1), on the processors there are."""

import os
from collections.abc import Iterator
from typing import Final

from bench.http.driving.plan import Address, Ask, Plan
from bench.http.ground import UNCACHED, Ground
from bench.http.parts.resources import processes
from bench.http.requests import Requests, everybody
from bench.http.usage import used
from bench.report import Cell, Grid

COUNTS: Final = (1, 2, 4)
AT_ONCE: Final = 32
KNOWN: Final = ("gateway", "projects", "postgres", "rabbitmq")
REPLICATED: Final = ("gateway", "projects")


def measure(place: Ground) -> Iterator[Grid]:
    """Reads that ask and writes, as many processes of each kind as `COUNTS` tells, and who had the processors."""
    place.sign_in()
    asking = Requests(place.token)
    work: dict[str, Ask] = {
        "reads, asked every time": everybody(place.people, place.data).project(),
        "tasks created": asking.create_task(),
    }
    rows: list[list[Cell]] = []
    for kind in REPLICATED:
        for count in COUNTS:
            doors, started = _grow(place, kind, count)
            for name, ask in work.items():
                place.told(f"{count} × {kind}: {name}")
                rows.append([f"{count} × {kind}", name, *_run(place, doors, ask)])
            for one in started:
                place.end(one)
    columns = [
        "processes",
        "what",
        "requests/s",
        "failed",
        "gateway",
        "projects",
        "postgres",
        "rabbitmq",
        "others",
        "clients",
    ]
    grid = Grid(title="Replicas (§6.4.1)", columns=columns, rows=rows)
    grid.notes.append(
        f"shares of one processor; this machine has {os.cpu_count()}, which clients and servers use too: once it is "
        "all taken, more processes gain nothing"
    )  # fmt: skip
    yield grid


def _grow(place: Ground, kind: str, count: int) -> tuple[list[Address], list[str]]:
    """So many processes of a kind; the doors to ask at (they keep nothing), and the names of what was started."""
    if UNCACHED in place.doors:
        place.end(UNCACHED)
    names = [f"gateway-{number}" for number in range(1, 1 + (count if kind == "gateway" else 1))]
    doors = [place.gateway(name, CACHE_MB="0") for name in names]
    replicas = [place.replica("projects", number) for number in range(2, count + 1)] if kind == "projects" else []
    return doors, [*names, *replicas]


def _run(place: Ground, doors: list[Address], ask: Ask) -> list[Cell]:
    with used(processes(place)) as usage:
        heard = place.drive(Plan(doors=tuple(doors), asks=(ask,), users=AT_ONCE, seconds=2 * place.options.seconds))
    share = usage.processor

    def of(kind: str) -> float:
        return sum(value for name, value in share.items() if name == kind or name.startswith(f"{kind}-"))

    known = [of(kind) for kind in KNOWN]
    shares = [*known, sum(share.values()) - sum(known), heard.processor / heard.seconds]
    return [heard.rate, heard.failed, *(f"{one:.0%}" for one in shares)]
