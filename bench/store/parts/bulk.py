"""Thousands of events of one command, by COPY."""

from contextlib import ExitStack
from typing import Final

from bench.report import Section
from bench.series import take_turns
from bench.store.bench import Bench
from bench.store.processes import OURS, RIVAL, Team

FLOOR: Final = "COPY in one transaction"
MOST: Final = 20_000


def measure(bench: Bench) -> list[Section]:
    """One writer."""
    url, rival = bench.ground.store().service_url, bench.rival()
    size = min(MOST, bench.options.events)
    teams = {
        FLOOR: Team(OURS, "floors.copy", {"url": url, "stream": bench.next(), "size": size}),
        "BulkAppender, in portions": Team(OURS, "writing.bulk", {"url": url, "stream": bench.next(), "size": size}),
    }
    if rival is not None:
        teams["eventsourcing, recorder, 1,000 a call"] = Team(
            RIVAL, "writing.bulk", {"environment": rival, "size": size}
        )
    with ExitStack() as started:
        ready = {name: started.enter_context(team) for name, team in teams.items()}
        series = take_turns(ready, rounds=bench.options.rounds, told=bench.told)
    title = f"{size:,} events at once, 1 writer, hash chain on"
    return [Section(title=title, unit="events/s", series=series, floor=FLOOR)]
