"""Single appends, by one writer and by eight, each a process with a stream of its own."""

from contextlib import ExitStack
from typing import Any, Final

from bench.report import Hold, Section
from bench.series import take_turns
from bench.store.bench import Bench
from bench.store.processes import OURS, RIVAL, Team

FLOOR: Final = "prepared INSERT"
APPENDER: Final = "Appender"
UNIT: Final = "UnitOfWork, a whole command"
RECORDER: Final = "eventsourcing, recorder"
SAVE: Final = "eventsourcing, app.save"

HOLD: Final = {1: 0.40, 8: 0.35}
HOLD_TOGETHER: Final = 2.0


def measure(bench: Bench) -> list[Section]:
    """One section for each number of writers, and what eight reach together."""
    url, rival = bench.ground.store().service_url, bench.rival()
    with ExitStack() as started:
        teams = {
            name + _mark(writers): started.enter_context(team)
            for writers in HOLD
            for name, team in _teams(bench, url, rival, writers).items()
        }
        series = take_turns(teams, rounds=bench.options.rounds, told=bench.told)
    sections = []
    for writers, bound in HOLD.items():
        mark = _mark(writers)
        mine = {name.removesuffix(mark): found for name, found in series.items() if name.endswith(mark)}
        title = f"Single append, {writers} writer(s), a process and a stream each, hash chain on"
        section = Section(title=title, unit="events/s", series=mine, floor=FLOOR)
        section.notes += [_took(name, teams[name + mark]) for name in mine]
        section.holds.append(Hold(f"{APPENDER}{mark}", section.ratio(APPENDER), bound))
        sections.append(section)
    together = series[APPENDER + _mark(8)].over(series[APPENDER + _mark(1)])
    sections[-1].holds.append(Hold("8 writers on 8 streams, times one writer", together, HOLD_TOGETHER))
    return sections


def _took(name: str, team: Team) -> str:
    worst = [max(result[which] for result in team.results) for which in ("p50_ms", "p99_ms")]
    return f"{name}: half within {worst[0]:.2f} ms, 99 % within {worst[1]:.2f} ms (last round, slowest process)"


def _mark(writers: int) -> str:
    return f", {writers} writer(s)"


def _teams(bench: Bench, url: str, rival: dict[str, Any] | None, writers: int) -> dict[str, Team]:
    def ours(work: str) -> Team:
        streams = [bench.next() for _ in range(writers)]
        return Team(OURS, work, *({"url": url, "stream": name, "seconds": bench.options.seconds} for name in streams))

    teams = {FLOOR: ours("floors.insert"), APPENDER: ours("writing.appender"), UNIT: ours("writing.unit_of_work")}
    if rival is not None:
        given = [{"environment": rival, "seconds": bench.options.seconds}] * writers
        teams |= {RECORDER: Team(RIVAL, "writing.recorder", *given), SAVE: Team(RIVAL, "writing.save", *given)}
    return teams
