"""Whether it gets slower as it grows: the same requests over few tasks and over very many."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Final

from bench.http.driving.plan import Ask, Plan
from bench.http.ground import Ground, ground
from bench.http.requests import Requests
from bench.latencies import Latencies
from bench.report import Cell, Grid, Hold

TASKS_EACH: Final = 100
PROJECTS_EACH: Final = 10
"""Of every user, whatever there is else."""
MOST: Final = 1.5
"""How many times as long a request may take."""


def measure(place: Ground) -> Iterator[Grid]:
    """Two stacks beside `place`, which is at rest; each request at one, then at the other, in turns."""
    few, many = place.options.sizes
    with ExitStack() as open_:
        stacks = {tasks: open_.enter_context(_filled(place, tasks)) for tasks in (few, many)}
        for one in stacks.values():
            one.uncached  # noqa: B018 - started before anything is measured
        place.ready()
        found: dict[int, dict[str, Latencies]] = {tasks: {} for tasks in stacks}
        wanted = {tasks: asks(one) for tasks, one in stacks.items()}
        for number, ask in enumerate(wanted[few]):
            heard: dict[int, list[float]] = {tasks: [] for tasks in stacks}
            for _ in range(place.options.rounds):
                for tasks, one in stacks.items():
                    place.told(f"{ask.name} at {tasks:,} tasks")
                    heard[tasks] += _run(one, wanted[tasks][number])
            for tasks, took in heard.items():
                found[tasks][ask.name] = Latencies.of(took)
    rows: list[list[Cell]] = []
    holds: list[Hold] = []
    for name, small in found[few].items():
        large = found[many][name]
        rows.append([name, small.p50, small.p99, large.p50, large.p99, large.p50 / small.p50])
        what = f"{name}: p50 at {many:,} tasks, of that at {few:,}"
        holds.append(Hold(what, large.p50 / small.p50, MOST, at_most=True))
    columns = ["ms", f"{few:,} tasks: p50", "p99", f"{many:,} tasks: p50", "p99", "× as long"]
    grid = Grid(title="From few tasks to many", columns=columns, rows=rows, holds=holds)
    grid.notes.append(
        f"{TASKS_EACH} tasks to a project, {PROJECTS_EACH} projects of their own to a user; one client, and nothing is "
        "answered from memory"
    )  # fmt: skip
    yield grid


def _filled(place: Ground, tasks: int) -> AbstractContextManager[Ground]:
    projects = max(1, tasks // TASKS_EACH)
    sizes = replace(place.options, tasks=tasks, projects=projects, users=max(1, min(100, projects // PROJECTS_EACH)))
    return ground(sizes, told=place.told, twin=False)


def asks(place: Ground) -> list[Ask]:
    """Lists, details and new tasks, of the first user."""
    asking = Requests(place.token)
    return [
        asking.get("/api/projects/?page_size=10", name="GET /api/projects/"),
        asking.get("/api/tasks/"),
        asking.get("/api/tasks/?project=7"),
        asking.project(),
        asking.get("/api/tasks/1/", name="GET /api/tasks/{id}/"),
        asking.create_task(),
    ]


def _run(place: Ground, ask: Ask) -> list[float]:
    count = place.options.requests // place.options.rounds
    heard = place.drive(Plan(doors=(place.uncached,), asks=(ask,), users=1, count=count))
    if heard.failed:
        raise RuntimeError(f"{ask.name}: {heard.failed} requests failed: {heard.said}")
    return heard.everything
