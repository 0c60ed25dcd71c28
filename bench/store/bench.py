"""What every part is given: the ground, how much to measure, and a store that is full."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from bench.store.ground import Ground, rival_environment
from bench.store.options import Options
from bench.store.processes import OURS, RIVAL, once
from synergy_local.servers.testbed import FreshDatabase

_FILLERS: Final = 2


@dataclass(slots=True)
class Bench:
    """One run of the benchmark."""

    ground: Ground
    options: Options
    told: Callable[[str], None]
    _full: FreshDatabase | None = None
    _rival_full: dict[str, Any] | None = None
    _names: int = 0

    @property
    def projects(self) -> int:
        """How many projects the full store has."""
        return max(2, self.options.events // self.options.per_project)

    @property
    def streams(self) -> list[str]:
        """The names of the full store's streams."""
        return [f"project-{number}" for number in range(1, self.projects + 1)]

    @property
    def events(self) -> int:
        """How many events the full store has."""
        return self.projects * self.options.per_project

    def next(self) -> str:
        """A name that was not used before."""
        self._names += 1
        return f"{self._names:06}"

    def full(self) -> FreshDatabase:
        """The projects' database with so many events; filled at the first call."""
        if self._full is None:
            self._full = self.ground.projects()
            self.told(f"appending {self.events:,} events")
            share = -(-self.projects // _FILLERS)
            parts = [
                {"url": self._full.service_url, "first": first, "events": self.options.per_project,
                 "projects": min(share, self.projects + 1 - first)}
                for first in range(1, self.projects + 1, share)
            ]  # fmt: skip
            self.told(f"appended {self.events:,} events, {once(OURS, 'rebuilding.fill', *parts):,.0f} a second")
            self.admin(self._full, "VACUUM ANALYZE store.events", "VACUUM ANALYZE store.streams")
        return self._full

    def admin(self, database: FreshDatabase, *statements: str) -> None:
        """Run statements as the superuser."""
        self.ground.administer(database, *statements)

    def rival(self) -> dict[str, Any] | None:
        """The environment of a database for the rival with its tables, unless it is left out."""
        if not self.options.rival:
            return None
        environment = rival_environment(self.ground.empty())
        once(RIVAL, "writing.fill", {"environment": environment, "projects": 1, "events": 3})
        return environment | {"CREATE_TABLE": "no"}

    def rival_full(self) -> dict[str, Any]:
        """The rival's database with its share of events; filled at the first call."""
        if self._rival_full is None:
            environment = rival_environment(self.ground.empty())
            projects = max(2, self.options.rival_events // self.options.per_project)
            parameters = {"environment": environment, "projects": projects, "events": self.options.per_project}
            once(RIVAL, "writing.fill", parameters)
            self._rival_full = environment
        return self._rival_full
