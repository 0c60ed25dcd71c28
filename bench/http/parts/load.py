"""The seed's table of concurrent users (§6.3.2): with its script's waits, without any, and at a fixed rate."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bench.http.driving.plan import Address, Heard, Plan
from bench.http.ground import Ground
from bench.http.requests import Requests
from bench.latencies import Latencies
from bench.report import Cell, Grid, Hold

WAIT: Final = (1.0, 3.0)
PRINTED: Final = {10: 156, 50: 687, 100: 1_234, 250: 2_456, 500: 3_892, 1_000: 4_567}
"""Requests a second that the original's chapter prints."""
RATES: Final = (50, 100, 200, 400)
LANES: Final = 500
"""Connections at most for requests at a fixed rate."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of those that are compared."""

    name: str
    door: Address
    asks: Requests


def sides(place: Ground) -> list[Side]:
    """Ours, and the twin where it is there."""
    place.sign_in()
    found = [Side("SynergyOS", place.door, Requests(place.token))]
    if twin := place.twin():
        found.append(Side("twin", twin.door, Requests(twin.token)))
    return found


def measure(place: Ground) -> Iterator[Grid]:
    """The script's requests in its proportions: three tables."""
    yield waiting(place)
    yield closed(place)
    yield fixed(place)


def waiting(place: Ground) -> Grid:
    """Each user waits 1 to 3 s after each answer."""
    rows: list[list[Cell]] = []
    failures = 0
    for users in place.options.crowds:
        most = users / (sum(WAIT) / 2)
        row: list[Cell] = [users, float(PRINTED.get(users, 0)) or None, most]
        for side in sides(place):
            heard = _heard(place, side, users, wait=WAIT)
            row += _cells(heard)
            failures += heard.failed if side.name == "SynergyOS" else 0
        rows.append(row)
    columns = ["users", "printed", "possible", *_columns(place)]
    grid = Grid(title="The load script's requests with its waits (§6.3.2)", columns=columns, rows=rows)
    grid.notes.append(
        "“printed” is what the original's chapter tells; its script waits 1 to 3 s after each answer, so no system can "
        "answer more than “possible” (users / 2 s): the printed rates cannot come from the script printed with them"
    )  # fmt: skip
    grid.holds.append(Hold("requests of ours that failed", failures, 0, at_most=True))
    return grid


def closed(place: Ground) -> Grid:
    """Each user asks again as soon as it is answered."""
    rows: list[list[Cell]] = []
    ratios: dict[str, float] = {}
    failures = 0
    for users in place.options.crowds:
        row: list[Cell] = [users, float(PRINTED.get(users, 0)) or None]
        rates = []
        for side in sides(place):
            heard = _heard(place, side, users, wait=None)
            row += _cells(heard)
            rates.append(heard.rate)
            failures += heard.failed if side.name == "SynergyOS" else 0
        rows.append(row)
        if len(rates) > 1 and rates[1]:
            ratios[f"{users} users without waits, of the twin's requests/s"] = rates[0] / rates[1]
    grid = Grid(
        title="The same without waits (closed loop)",
        columns=["users", "printed", *_columns(place)],
        rows=rows,
        ratios=ratios,
    )
    grid.notes.append("a closed loop asks less often the slower it is answered: see the next table for what that hides")
    grid.holds.append(Hold("requests of ours that failed", failures, 0, at_most=True))
    return grid


def fixed(place: Ground) -> Grid:
    """So many requests a second, whatever became of those before; what an answer took counts from when it was due."""
    rows: list[list[Cell]] = []
    for rate in RATES:
        row: list[Cell] = [rate]
        for side in sides(place):
            place.told(f"{side.name}: {rate} requests a second")
            plan = Plan(
                doors=(side.door,), asks=side.asks.script(), users=LANES, rate=rate, seconds=place.options.crowd_seconds
            )
            row += _cells(place.drive(plan))
        rows.append(row)
    return Grid(title="The same at a fixed rate (open loop)", columns=["sent/s", *_columns(place)], rows=rows)


def _columns(place: Ground) -> list[str]:
    names = ["", "twin: "] if place.with_twin else [""]
    return [f"{name}{column}" for name in names for column in ("req/s", "mean ms", "p50", "p99", "failed")]


def _heard(place: Ground, side: Side, users: int, *, wait: tuple[float, float] | None) -> Heard:
    place.told(f"{side.name}: {users} users {'with waits' if wait else 'without waits'}")
    seconds = place.options.crowd_seconds
    return place.drive(Plan(doors=(side.door,), asks=side.asks.script(), users=users, seconds=seconds, wait=wait))


def _cells(heard: Heard) -> list[Cell]:
    if not heard.answers:
        return [0.0, None, None, None, heard.failed]
    took = Latencies.of(heard.everything)
    return [heard.rate, took.mean, took.p50, took.p99, heard.failed]
