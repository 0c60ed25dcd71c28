"""Rebuilding read models from the log, and how much memory that takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.report import Hold, Section
from bench.series import Contestant, take_turns
from bench.store.bench import Bench
from bench.store.memory import sampled
from bench.store.processes import OURS, RIVAL, Team, once
from synergy_local.servers.testbed import FreshDatabase

PROGRESS: Final = "progress of every project"
JOBS: Final = 2
HOLD: Final = 150_000
GROWTH: Final = 16.0
"""MiB that a rebuild may take beyond what it takes in its first quarter."""

_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS public.bench_progress (
        stream text PRIMARY KEY, impact_total bigint NOT NULL, impact_done bigint NOT NULL, version bigint NOT NULL
    )
"""


def measure(bench: Bench) -> list[Section]:
    """From nothing, with rows that are right already, and the rival's runner over fewer events."""
    database = bench.full()
    bench.admin(database, _TABLE, f'GRANT ALL ON public.bench_progress TO "{database.service}"')
    memory = _Memory()

    def rebuilt(model: str, *emptied: str, jobs: int = JOBS) -> Contestant:
        return lambda: _rebuilt(bench, database, {"model": model, "jobs": jobs}, memory, emptied)

    contestants: dict[str, Contestant] = {
        f"{PROGRESS}, from nothing": rebuilt("progress", "bench_progress"),
        f"{PROGRESS}, from nothing, one process": rebuilt("progress", "bench_progress", jobs=1),
        f"{PROGRESS}, all in order": rebuilt("progress"),
        "projects, members and tasks, from nothing": rebuilt("project", "projects", "members", "tasks"),
        "projects, members and tasks, all in order": rebuilt("project"),
    }
    if bench.options.rival:
        rival = bench.rival_full()
        contestants["eventsourcing, ProjectionRunner"] = lambda: once(
            RIVAL, "projecting.project", {"environment": rival}
        )
    series = take_turns(contestants, rounds=bench.options.rounds, told=bench.told)
    section = Section(title=f"Rebuild over {bench.events:,} events, {JOBS} processes", unit="events/s", series=series)
    section.notes.append(f"the most memory (PSS) that a rebuild took, with its processes: {memory.most:.0f} MiB")
    section.holds += [
        Hold(PROGRESS, series[f"{PROGRESS}, from nothing"].median, HOLD, unit=" events/s"),
        Hold("growth of memory (PSS) after the first quarter", memory.growth, GROWTH, at_most=True, unit=" MiB"),
    ]
    return [section]


@dataclass(slots=True)
class _Memory:
    """The worst of all runs, in MiB."""

    growth: float = 0.0
    most: float = 0.0


def _rebuilt(
    bench: Bench, database: FreshDatabase, what: dict[str, Any], memory: _Memory, emptied: Sequence[str]
) -> float:
    bench.admin(database, *(f"TRUNCATE public.{table}" for table in emptied))
    with Team(OURS, "rebuilding.anew", {"url": database.service_url, **what}) as team, sampled(team.pids[0]) as samples:
        reached = team()
    memory.growth = max(memory.growth, samples.growth)
    memory.most = max(memory.most, samples.most)
    return reached
