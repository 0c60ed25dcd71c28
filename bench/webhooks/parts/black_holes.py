"""What endpoints that never answer do to those that do."""

import time
from collections.abc import Sequence
from math import ceil
from typing import Final

from bench.report import Hold, Section
from bench.series import Series
from bench.webhooks.ground import Ground
from synergy_local.visitor import Visitor

ALONE, BESIDE = "healthy endpoints alone", "beside black holes"
AT_MOST: Final = 1.2


def measure(place: Ground) -> Sequence[Section]:
    """The same steady events, first without and then with black holes, and once more in turns."""
    options = place.options
    healthy, holes = options.healthy, options.black_holes
    found: dict[str, list[float]] = {ALONE: [], BESIDE: []}
    for number in range(1, options.rounds + 1):
        for name in (ALONE, BESIDE) if number % 2 else (BESIDE, ALONE):
            place.told(f"round {number} of {options.rounds}: {name}")
            owner = place.somebody()
            projects = place.projects(owner, 20)
            kind = f"{number}-{name.split()[0]}"
            place.webhooks(owner, [f"/healthy/{kind}/{n}" for n in range(healthy)], "task.created")
            if name == BESIDE:
                place.webhooks(owner, [f"/hole/{kind}/{n}" for n in range(holes)], "task.created")
            place.receiver.taken()
            place.wait_for(_steady(place, owner, projects, seconds=2) * healthy)
            place.receiver.taken()
            sent = _steady(place, owner, projects, seconds=options.seconds)
            place.wait_for(sent * healthy)
            took = [1000 * (one.answered_at - one.recorded_at) for one in place.receiver.taken()]
            found[name].append(sorted(took)[ceil(len(took) * 0.99) - 1])
    section = Section(
        title=f"p99 from record to answer, {healthy} endpoints, {options.rate:g} events a second", unit="ms",
        series={name: Series(tuple(values)) for name, values in found.items()}, floor=ALONE,
    )  # fmt: skip
    share = holes / (healthy + holes)
    section.notes.append(
        f"{holes} black holes: {share:.0%} of the endpoints; they accept a connection and never answer"
    )
    section.notes.append("their first attempts, one a lane, are under way all the while: they end after 15 s")
    section.holds.append(Hold("p99 beside black holes, of that without", section.ratio(BESIDE), AT_MOST, at_most=True))
    return [section]


def _steady(place: Ground, owner: Visitor, projects: list[int], *, seconds: float) -> int:
    """Events at the rate, one project after the other; how many."""
    begun, sent = time.monotonic(), 0
    while (due := begun + sent / place.options.rate) < begun + seconds:
        time.sleep(max(0.0, due - time.monotonic()))
        project = projects[sent % len(projects)]
        owner.ask("POST", "/api/tasks/", {"project": project, "title": "T"}, expect=201)
        sent += 1
    return sent
