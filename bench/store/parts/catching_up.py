"""Reading the log from its beginning, page by page."""

from typing import Final

from bench.report import Section
from bench.series import Contestant, take_turns
from bench.store.bench import Bench
from bench.store.processes import OURS, RIVAL, once

FLOOR: Final = "SELECT of the same columns, no barrier"
LIMIT: Final = 1000
_MOST: Final = 200_000


def measure(bench: Bench) -> list[Section]:
    """Pages of 1,000 events."""
    given = {"url": bench.full().service_url, "limit": LIMIT, "most": min(_MOST, bench.events)}
    contestants: dict[str, Contestant] = {
        FLOOR: lambda: once(OURS, "floors.pages", given),
        "EventLog.after, behind the barrier": lambda: once(OURS, "reading.pages", given),
    }
    if bench.options.rival:
        theirs = {"environment": bench.rival_full(), "limit": LIMIT, "most": _MOST}
        contestants["eventsourcing, notification log"] = lambda: once(RIVAL, "reading.log", theirs)
    series = take_turns(contestants, rounds=bench.options.rounds, told=bench.told)
    return [Section(title=f"Catching up in pages of {LIMIT:,}", unit="events/s", series=series, floor=FLOOR)]
