"""Whether it gets slower as it grows: the same requests over few tasks and over very many."""

from collections.abc import Callable, Iterator
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
"""Of every user, while there are no more than MOST_USERS."""
MOST_USERS: Final = 100
MOST: Final = 1.5
"""How many times as long a request may take over many tasks as over few."""
MOST_IN_A_PROJECT: Final = 2.0
"""How many times as long it may take in a large project as in a small one."""


def measure(place: Ground) -> Iterator[Grid]:
    """Stacks beside `place`, which is at rest, two at a time; each request at one, then at the other, in turns."""
    few, many = place.options.sizes
    yield _compared(
        place, _filled(place, few), _filled(place, many), asks, most=MOST,
        title="From few tasks to many", names=(f"{few:,} tasks", f"{many:,}"),
        notes=(_shares(many),),
    )  # fmt: skip
    large = place.options.large_project
    yield _compared(
        place, _filled(place, few), _filled(place, large, projects=1), asks_of_a_project, most=MOST_IN_A_PROJECT,
        title="From a small project to a large one", names=(f"a project of {TASKS_EACH} tasks", f"one of {large:,}"),
        notes=(f"the small one among others, {few:,} tasks in all; the large one holds all tasks there are",),
    )  # fmt: skip


def _shares(tasks: int) -> str:
    """What there is, and what is a user's own among so many tasks."""
    projects = max(PROJECTS_EACH, tasks // TASKS_EACH // MOST_USERS)
    return (
        f"{TASKS_EACH} tasks to a project; {PROJECTS_EACH} projects of their own to a user, of whom there are "
        f"{MOST_USERS} at most: among {tasks:,} tasks each has {projects:,} projects and "
        f"{projects * TASKS_EACH:,} tasks"
    )


def _compared(
    place: Ground,
    small_one: AbstractContextManager[Ground],
    large_one: AbstractContextManager[Ground],
    asked: Callable[[Ground], list[Ask]],
    *,
    most: float,
    title: str,
    names: tuple[str, str],
    notes: tuple[str, ...],
) -> Grid:
    with ExitStack() as open_:
        stacks = tuple(open_.enter_context(one) for one in (small_one, large_one))
        for one in stacks:
            one.uncached  # noqa: B018 - started before anything is measured
        place.ready()
        found: list[tuple[str, Latencies, Latencies]] = []
        for both in zip(*(asked(one) for one in stacks), strict=True):
            heard: tuple[list[float], list[float]] = ([], [])
            for _ in range(place.options.rounds):
                for one, ask, took, name in zip(stacks, both, heard, names, strict=True):
                    place.told(f"{ask.name}, {name}")
                    took += _run(one, ask)
            found.append((both[0].name, Latencies.of(heard[0]), Latencies.of(heard[1])))
    rows: list[list[Cell]] = []
    holds: list[Hold] = []
    for name, small, large in found:
        rows.append([name, small.p50, small.p99, large.p50, large.p99, large.p50 / small.p50])
        holds.append(
            Hold(f"{name}: p50 at {names[1]}, of that at {names[0]}", large.p50 / small.p50, most, at_most=True)
        )
    columns = ["ms", f"{names[0]}: p50", "p99", f"{names[1]}: p50", "p99", "× as long"]
    grid = Grid(title=title, columns=columns, rows=rows, holds=holds)
    grid.notes += [*notes, "one client, and nothing is answered from memory"]
    return grid


def _filled(place: Ground, tasks: int, *, projects: int | None = None) -> AbstractContextManager[Ground]:
    projects = projects or max(1, tasks // TASKS_EACH)
    sizes = replace(
        place.options, tasks=tasks, projects=projects, users=max(1, min(MOST_USERS, projects // PROJECTS_EACH))
    )
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


def asks_of_a_project(place: Ground) -> list[Ask]:
    """The page of a project's tasks, and another status for one of them, of the first user in the first project."""
    asking = Requests(place.token)
    return [asking.get("/api/tasks/?project=1"), asking.change_status()]


def _run(place: Ground, ask: Ask) -> list[float]:
    count = place.options.requests // place.options.rounds
    heard = place.drive(Plan(doors=(place.uncached,), asks=(ask,), users=1, count=count))
    if heard.failed:
        raise RuntimeError(f"{ask.name}: {heard.failed} requests failed: {heard.said}")
    return heard.everything
