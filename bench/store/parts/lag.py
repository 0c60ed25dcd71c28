"""From the commit to a subscriber, of a store at rest."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from bench.report import Section
from bench.series import Contestant, take_turns
from bench.store.bench import Bench
from bench.store.processes import OURS, RIVAL, Program, Team

PAUSE: Final = 0.05
"""Seconds between two events."""
_OURS: Final = "Appender to Subscription"
_RIVAL: Final = "eventsourcing, app.save to ApplicationSubscription"


def measure(bench: Bench) -> list[Section]:
    """One writer, one subscriber, a process each."""
    url, rival = bench.ground.store().service_url, bench.rival()
    times = max(20, round(bench.options.seconds / PAUSE))
    slowest: dict[str, float] = {}
    contestants: dict[str, Contestant] = {
        _OURS: lambda: _lag(OURS, {"url": url}, {"stream": bench.next()}, times, slowest, _OURS)
    }
    if rival is not None:
        contestants[_RIVAL] = lambda: _lag(RIVAL, {"environment": rival}, {}, times, slowest, _RIVAL)
    series = take_turns(contestants, rounds=bench.options.rounds, told=bench.told)
    section = Section(
        title=f"Lag at rest, median of {times} events {PAUSE * 1000:.0f} ms apart", unit="ms", series=series
    )
    section.notes += [f"{name}: 99 % within {value:.1f} ms, in the worst round" for name, value in slowest.items()]
    return [section]


def _lag(
    program: Program, both: dict[str, Any], writer: dict[str, Any], times: int, slowest: dict[str, float], name: str
) -> float:
    """The median, in ms; `slowest` keeps the highest 99th percentile."""
    subscriber = Team(program, "lagging.subscribe", both | {"times": times})
    writing = Team(program, "lagging.write", both | writer | {"times": times, "pause": PAUSE})
    with writing, subscriber, ThreadPoolExecutor(1) as aside:
        hearing = aside.submit(subscriber)
        writing()
        hearing.result(60)
    came = subscriber.results[0]["at"]
    lags = sorted(max(0.0, came[place] - at) * 1000 for place, at in writing.results[0]["at"].items() if place in came)
    slowest[name] = max(slowest.get(name, 0.0), lags[len(lags) * 99 // 100])
    return float(lags[len(lags) // 2])
