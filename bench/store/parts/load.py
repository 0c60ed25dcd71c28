"""Loading a whole stream and folding it."""

from typing import Final

from bench.report import Hold, Section
from bench.series import Contestant, take_turns
from bench.store.bench import Bench
from bench.store.processes import OURS, RIVAL, once

FLOOR: Final = "SELECT of the same columns, JSON, fold"
OURS_NAME: Final = "EventLog.stream, fold"
HOLD: Final = 0.7
_MOST: Final = 50


def measure(bench: Bench) -> list[Section]:
    """Streams of the full store, one after the other."""
    database = bench.full()
    given = {"url": database.service_url, "streams": bench.streams[:_MOST], "seconds": bench.options.seconds}
    contestants: dict[str, Contestant] = {
        FLOOR: lambda: once(OURS, "floors.load", given),
        OURS_NAME: lambda: once(OURS, "reading.load", given),
    }
    if bench.options.rival:
        theirs = {"environment": bench.rival_full(), "seconds": bench.options.seconds}
        contestants["eventsourcing, repository.get"] = lambda: once(RIVAL, "reading.load", theirs)
    series = take_turns(contestants, rounds=bench.options.rounds, told=bench.told)
    title = f"Whole streams of {bench.options.per_project} events, loaded and folded"
    section = Section(title=title, unit="events/s", series=series, floor=FLOOR)
    section.holds.append(Hold("whole-stream load", section.ratio(OURS_NAME), HOLD))
    return [section]
