"""Batches of 10 and 100 events, one writer."""

from contextlib import ExitStack
from typing import Any, Final

from bench.report import Section
from bench.series import take_turns
from bench.store.bench import Bench
from bench.store.processes import OURS, RIVAL, Team

FLOOR: Final = "prepared INSERT … unnest"
SIZES: Final = (10, 100)


def measure(bench: Bench) -> list[Section]:
    """One section a size."""
    url, rival = bench.ground.store().service_url, bench.rival()
    sections = []
    for size in SIZES:
        with ExitStack() as started:
            teams = {name: started.enter_context(team) for name, team in _teams(bench, url, rival, size).items()}
            series = take_turns(teams, rounds=bench.options.rounds, told=bench.told)
        title = f"Batches of {size} events, 1 writer, hash chain on"
        sections.append(Section(title=title, unit="events/s", series=series, floor=FLOOR))
    return sections


def _teams(bench: Bench, url: str, rival: dict[str, Any] | None, size: int) -> dict[str, Team]:
    def ours(work: str) -> Team:
        given = {"url": url, "stream": bench.next(), "size": size, "seconds": bench.options.seconds}
        return Team(OURS, work, given)

    teams = {
        FLOOR: ours("floors.insert_many"),
        "Appender": ours("writing.appender"),
        "UnitOfWork, a whole command": ours("writing.unit_of_work"),
    }
    if rival is not None:
        given = {"environment": rival, "seconds": bench.options.seconds, "size": size}
        teams["eventsourcing, recorder"] = Team(RIVAL, "writing.recorder", given)
    return teams
