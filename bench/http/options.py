"""How much is measured, and over how much data."""

from dataclasses import dataclass, replace
from typing import Final, Self

SEED_USERS: Final = 100
SEED_PROJECTS: Final = 1_000
SEED_TASKS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    The data: `users` share `projects` evenly, which share `tasks` evenly. The patience: `requests` to each endpoint by
    `at_once` clients, `runs` of them; `costly` requests where a password is hashed; timed measurements take `seconds`,
    `rounds` of each in random order; the load table has a row for each of `crowds`;
    `sizes` are the numbers of tasks that are compared, and `large_project` is how many one project holds.
    """

    users: int = SEED_USERS
    projects: int = SEED_PROJECTS
    tasks: int = SEED_TASKS
    requests: int = 1_000
    costly: int = 100
    at_once: int = 10
    runs: int = 5
    rounds: int = 3
    seconds: float = 5.0
    crowds: tuple[int, ...] = (10, 50, 100, 250, 500, 1_000)
    crowd_seconds: float = 30.0
    sizes: tuple[int, int] = (1_000, 1_000_000)
    large_project: int = 10_000

    def quick(self) -> Self:
        """A look that takes minutes less; what it says is only to be compared with another one of its kind."""
        return replace(
            self, users=10, projects=100, tasks=1_000, requests=200, costly=20, runs=1, rounds=2, seconds=1.0,
            crowds=(10, 100), crowd_seconds=5.0, sizes=(1_000, 20_000), large_project=2_000,
        )  # fmt: skip
