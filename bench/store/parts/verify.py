"""Checking the whole log."""

from typing import Final

from bench.report import Hold, Section
from bench.series import take_turns
from bench.store.bench import Bench
from bench.store.processes import OURS, once

NAME: Final = "verify"
HOLD: Final = 80_000


def measure(bench: Bench) -> list[Section]:
    """Content hashes, chains, gaps and heads of every event of the full store."""
    given = {"url": bench.full().service_url}
    contestants = {NAME: lambda: once(OURS, "reading.check", given)}
    series = take_turns(contestants, rounds=bench.options.rounds, told=bench.told)
    section = Section(title=f"verify of {bench.events:,} events", unit="events/s", series=series)
    section.holds.append(Hold("verify", series[NAME].median, HOLD, unit=" events/s"))
    return [section]
