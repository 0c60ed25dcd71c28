"""What is compared from day to day: ours beside a floor, or beside the twin, in turns."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from statistics import median
from typing import Final

from bench.http.driving.plan import Address, Ask, Heard, Plan
from bench.http.floors import running
from bench.http.ground import Ground
from bench.http.requests import FIRST, Requests, everybody
from bench.http.twin import Twin
from bench.http.usage import used
from bench.latencies import Latencies
from bench.report import Cell, Grid, Hold, Section
from bench.series import Contestant, take_turns
from bench.store.ground import Ground as StoreGround
from bench.store.processes import OURS, once
from synergy_local.visitor import direct_session

AT_ONCE: Final = 32
WRITERS: Final = 8
BARE, KEPT = "bare ASGI application on granian, same size", "GET /api/projects/, kept and checked to be fresh"
LEAST = "the least that such a read does: Redis asked, an id, a line"
LIMITED = "the same, each counted against limits that are not reached"
ECHO = "the same RPC, echoing"
LEAST_ASKED = "the least that such a read does: HTTP, the RPC, one row by its key, an id, a line"
DETAIL, LIST = "GET /api/projects/{id}/, asked every time", "GET /api/projects/, asked every time"
TWIN = "the twin of the original"
INSERT = f"prepared INSERT in autocommit, {WRITERS} writers"
APPENDER = f"the store's append, {WRITERS} writers"
CALLED = "a call over the bus that appends one event and does nothing else"
OVER_TEN, ON_ONE = f"POST /api/tasks/ over {FIRST} projects", "POST /api/tasks/, all in one project"


def measure(place: Ground) -> Iterator[Section | Grid]:
    """Reads beside floors, reads beside the twin, writes beside both."""
    place.sign_in()
    refused: list[str] = []

    def asking(door: Address, ask: Ask, *, at_once: int = AT_ONCE) -> Contestant:
        plan = Plan(doors=(door,), asks=(ask,), users=at_once, seconds=place.options.seconds)
        return lambda: _rate(place.drive(plan), refused)

    ours = Requests(place.token)
    size = len(_body(place, "/api/projects/"))
    floors = _floors(place, asking, ours, size, refused)
    yield floors
    yield _at_half(place, ours, floors.series[KEPT].median)
    yield _echo(place, asking, refused)
    if twin := place.twin():
        yield _reads(place, asking, twin, refused)
    yield _writes(place, asking, ours, refused)


Asking = Callable[..., Contestant]


def _floors(place: Ground, asking: Asking, ours: Requests, size: int, refused: list[str]) -> Section:
    contestants = {
        BARE: asking(running.bare(place, size), ours.projects()),
        LEAST: asking(running.least(place, size), ours.projects()),
        KEPT: asking(place.door, ours.projects()),
        LIMITED: asking(place.limited, ours.projects()),
    }
    section = _section(place, f"Reads from memory, {AT_ONCE} connections, {size:,} bytes", contestants, BARE, refused)
    section.holds.append(Hold("a read from memory, of the bare application", section.ratio(KEPT), 0.5))
    of_the_least = section.series[KEPT].over(section.series[LEAST])
    section.notes.append(f"the first read from memory, of the least that such a read does: {of_the_least:.2f}")
    return section


def _at_half(place: Ground, ours: Requests, most: float) -> Grid:
    """How long reads from memory take at half of what can be had of them, sent at a fixed rate."""
    rows: list[list[Cell]] = []
    for number in range(1, place.options.rounds + 1):
        place.told(f"round {number} of {place.options.rounds}: reads from memory at a fixed rate")
        plan = Plan(doors=(place.door,), asks=(ours.projects(),), users=AT_ONCE, rate=most / 2,
                    seconds=place.options.seconds)  # fmt: skip
        heard = place.drive(plan)
        took = Latencies.of(heard.everything)
        rows.append([number, most / 2, heard.rate, took.mean, took.p50, took.p95, took.p99, took.most, heard.failed])
    columns = ["round", "sent/s", "req/s", "mean ms", "p50", "p95", "p99", "most", "failed"]
    grid = Grid(title="Reads from memory at half of their most (open loop)", columns=columns, rows=rows)
    slowest = median(float(row[columns.index("p99")] or 0) for row in rows)
    grid.holds.append(Hold("p99 of a read from memory at half of its most", slowest, 10, at_most=True, unit=" ms"))
    return grid


def _echo(place: Ground, asking: Asking, refused: list[str]) -> Section:
    everyone, body = everybody(place.people, place.data), _body(place, "/api/projects/1/")
    with ExitStack() as databases:
        database = StoreGround(place.stack.servers.postgres, databases).empty()
        contestants = {
            ECHO: running.echo(place, body, at_once=AT_ONCE),
            LEAST_ASKED: asking(running.asking(place, database, body), everyone.project()),
            DETAIL: asking(place.uncached, everyone.project()),
            LIST: asking(place.uncached, everyone.get("/api/projects/")),
        }
        section = _section(
            place, f"Reads that ask the service (CACHE_MB=0), {AT_ONCE} connections", contestants, ECHO, refused
        )
    of_the_least = section.series[DETAIL].over(section.series[LEAST_ASKED])
    section.notes.append(f"a project, asked every time, of the least that such a read does: {of_the_least:.2f}")
    section.holds.append(Hold("an uncached read, of the echoing RPC's calls", section.ratio(DETAIL), 0.5))
    return section


def _reads(place: Ground, asking: Asking, twin: Twin, refused: list[str]) -> Section:
    theirs, everyone = Requests(twin.token), everybody(place.people, place.data)
    contestants = {
        f"{TWIN}: GET /api/projects/{{id}}/": asking(twin.door, theirs.project(), at_once=WRITERS),
        f"{TWIN}: GET /api/projects/, kept in Redis": asking(twin.door, theirs.projects(), at_once=WRITERS),
        f"{TWIN}: GET /api/tasks/": asking(twin.door, theirs.tasks(), at_once=WRITERS),
        DETAIL: asking(place.uncached, everyone.project(), at_once=WRITERS),
        LIST: asking(place.uncached, everyone.get("/api/projects/"), at_once=WRITERS),
        "GET /api/tasks/, asked every time": asking(place.uncached, everyone.get("/api/tasks/"), at_once=WRITERS),
        KEPT: asking(place.door, Requests(place.token).projects(), at_once=WRITERS),
    }
    section = _section(
        place, f"Reads beside the twin, {WRITERS} connections", contestants, next(iter(contestants)), refused
    )
    section.notes.append(place.same_data)
    return section


def _writes(place: Ground, asking: Asking, ours: Requests, refused: list[str]) -> Section:
    place.alone()
    with ExitStack() as databases:
        database = StoreGround(place.stack.servers.postgres, databases).store()
        insert = [
            {"url": database.service_url, "stream": f"floor-{number}", "seconds": place.options.seconds}
            for number in range(WRITERS)
        ]
        append = [one | {"stream": f"bench-{number}", "mode": "any"} for number, one in enumerate(insert)]
        called = running.appending(place, database.service_url, at_once=AT_ONCE)
        contestants: dict[str, Contestant] = {
            INSERT: lambda: once(OURS, "floors.insert", *insert),
            APPENDER: lambda: once(OURS, "writing.appender", *append),
            f"{CALLED}: over {FIRST} streams": called(FIRST),
            f"{CALLED}: to one": called(1),
            OVER_TEN: asking(place.door, ours.create_task()),
            ON_ONE: asking(place.door, ours.create_task(projects=1)),
        }
        if twin := place.twin():
            theirs = Requests(twin.token)
            contestants[f"{TWIN}: over {FIRST} projects"] = asking(twin.door, theirs.create_task())
            contestants[f"{TWIN}: all in one"] = asking(twin.door, theirs.create_task(projects=1))
        section = _section(
            place, f"Tasks created, acknowledged after commit, {AT_ONCE} connections", contestants, INSERT, refused
        )
    section.holds.append(Hold(OVER_TEN, section.series[OVER_TEN].median, 400, unit="/s"))
    section.holds.append(Hold(ON_ONE, section.series[ON_ONE].median, 200, unit="/s"))
    return section


def _section(place: Ground, title: str, contestants: dict[str, Contestant], floor: str, refused: list[str]) -> Section:
    before = len(refused)
    costs: dict[str, list[float]] = {name: [] for name in contestants}

    def costing(name: str, contestant: Contestant) -> Contestant:
        def run() -> float:
            children = [*place.stack.children.values(), *place.room.children.values()]
            with used({"": [child.pid for child in children]}, memory=False) as usage:
                rate = contestant()
            costs[name].append(1000 * usage.processor[""] / rate if rate else 0.0)
            return rate

        return run

    wrapped = {name: costing(name, contestant) for name, contestant in contestants.items()}
    series = take_turns(wrapped, rounds=place.options.rounds, told=place.told)
    section = Section(title=title, unit="1/s", series=series, floor=floor)
    told = ", ".join(f"{name}: {median(found):.2f}" for name, found in costs.items())
    section.notes.append(f"ms of the servers' processors for one: {told}")
    section.notes.extend(refused[before:])
    section.holds.append(Hold("requests that failed", len(refused) - before, 0, at_most=True))
    return section


def _rate(heard: Heard, refused: list[str]) -> float:
    refused.extend(f"{count} × {name} {status}: {heard.said.get(f'{name} {status}', '')[:120]}"
                   for (name, status), count in heard.failures.items())  # fmt: skip
    return heard.rate


def _body(place: Ground, path: str) -> bytes:
    with direct_session() as session:
        answer = session.get(place.stack.url + path, headers={"Authorization": f"Bearer {place.token}"}, timeout=30)
        answer.raise_for_status()
        return bytes(answer.content)
