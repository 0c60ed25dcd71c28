"""The seed's table of response times (§6.3.1): each endpoint alone, few clients, some runs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg

from bench.http.driving.plan import Address, Ask, Heard, Plan
from bench.http.driving.wire import request
from bench.http.floors import running
from bench.http.ground import Ground
from bench.http.requests import Requests, everybody
from bench.http.twin import Twin
from bench.latencies import Latencies
from bench.report import Cell, Grid, Hold
from synergy_local.demo_data import PASSWORD, USERNAME
from synergy_local.visitor import Visitor

PRINTED: Final = {
    "POST /api/auth/login/": 145, "POST /api/auth/register/": 187, "GET /api/auth/user/": 42,
    "POST /api/auth/token/refresh/": 56, "GET /api/projects/": 78, "GET /api/projects/{id}/": 62,
    "POST /api/projects/": 134, "PUT /api/projects/{id}/": 156, "GET /api/tasks/": 92, "GET /api/tasks/?project=7": 68,
    "POST /api/tasks/": 187, "PUT /api/tasks/{id}/": 165, "GET /api/webhooks/": 54, "POST /api/webhooks/": 123,
    "GET /api/webhooks/{id}/deliveries/": 76,
}  # fmt: skip
"""Means in milliseconds, as the original's chapter prints them, of another machine."""
ASKED: Final = "asked every time"
KEPT: Final = ("GET /api/projects/", "GET /api/projects/{id}/", "GET /api/tasks/")
"""Reads that are answered from memory; asked once more of a gateway that keeps nothing, by all users in turns."""
DELIVERED: Final = 50


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row: the request, how it is asked; `costly` where a password is hashed; `once`: no run asks it again."""

    ask: Ask
    costly: bool = False
    chained: bool = False
    once: bool = False

    def of_run(self, number: int, runs: int) -> Ask:
        """What a run asks."""
        return replace(self.ask, requests=self.ask.requests[number::runs]) if self.once else self.ask


def measure(place: Ground) -> Iterator[Grid]:
    """All endpoints of ours, those that are kept once more without keeping, and all of the twin's beside them."""
    place.sign_in()
    twin = place.twin()
    sizes = place.options
    notes = [
        f"{sizes.at_once} clients at once, {sizes.requests:,} requests ({sizes.costly:,} where a password is hashed), "
        f"{sizes.runs} runs, all answers together"
    ]  # fmt: skip
    if twin:
        notes.append(place.same_data)
    ours = endpoints(place, place.token, _sessions(place), webhooks=_ours(place))
    theirs = (
        endpoints(place, twin.token, [twin.refresh] * place.options.at_once, webhooks=_twins(place, twin))
        if twin
        else {}
    )
    everyone = everybody(place.people, place.data)
    rows: list[list[Cell]] = []
    ratios: dict[str, float] = {}
    failed: list[str] = []
    for name, endpoint in ours.items():
        beside = None
        if twin:
            beside = _run(place, twin.door, theirs[name], failed)
        mine = _run(place, place.door, endpoint, failed)
        rows.append(_row(name, mine, beside))
        if beside:
            ratios[f"{name}: the twin's mean of ours"] = beside.mean / mine.mean
        if name in KEPT:
            asked = everyone.project() if name.endswith("{id}/") else everyone.get(name.removeprefix("GET "))
            rows.append(_row(f"{name} {ASKED}", _run(place, place.uncached, Endpoint(asked), failed), beside))
    columns = ["ms", "mean", "least", "most", "p50", "p95", "p99", "twin: mean", "p50", "p99", "× as long", "printed"]
    grid = Grid(title="Response times (§6.3.1)", columns=columns, rows=rows, notes=notes + failed, ratios=ratios)
    grid.holds.append(Hold("requests that failed", len(failed), 0, at_most=True))
    yield grid


def _row(name: str, mine: Latencies, beside: Latencies | None) -> list[Cell]:
    row: list[Cell] = [name, mine.mean, mine.least, mine.most, mine.p50, mine.p95, mine.p99]
    row += [beside.mean, beside.p50, beside.p99, beside.mean / mine.mean] if beside else [None] * 4
    return [*row, float(PRINTED[name]) if name in PRINTED else None]


def _run(place: Ground, door: Address, endpoint: Endpoint, failed: list[str]) -> Latencies:
    place.told(f"{endpoint.ask.name} at {door[1]}")
    count = place.options.costly if endpoint.costly else place.options.requests
    runs = 1 if endpoint.chained else place.options.runs
    heard: list[Heard] = []
    for number in range(runs):
        ask = endpoint.of_run(number, runs)
        plan = Plan(doors=(door,), asks=(ask,), users=place.options.at_once, count=count, chained=endpoint.chained)
        heard.append(place.drive(plan))
    for one in heard:
        failed += [f"{count} × {name} {status}: {one.said.get(f'{name} {status}', '')[:160]}"
                   for (name, status), count in one.failures.items()]  # fmt: skip
    return Latencies.of(took for one in heard for took in one.everything)


def endpoints(place: Ground, token: str, refresh: list[str], *, webhooks: "Webhooks") -> dict[str, Endpoint]:
    """By the names of the seed's tables, in their order, reads before what adds to them."""
    asking = Requests(token)
    login = request("POST", "/api/auth/login/", body={"username": USERNAME, "password": PASSWORD})
    fresh = tuple(
        request("POST", "/api/auth/register/", body={
            "username": f"new{number:05}", "email": f"new{number:05}@example.com", "password": PASSWORD,
        })
        for number in range((place.options.costly + place.options.at_once) * place.options.runs)
    )  # fmt: skip
    first = tuple(request("POST", "/api/auth/token/refresh/", body={"refresh": one}) for one in refresh)
    found = [
        Endpoint(Ask(name="POST /api/auth/login/", requests=(login,)), costly=True),
        Endpoint(Ask(name="POST /api/auth/register/", requests=fresh), costly=True, once=True),
        Endpoint(asking.get("/api/auth/user/")),
        Endpoint(Ask(name="POST /api/auth/token/refresh/", requests=first), chained=True),
        Endpoint(asking.projects()),
        Endpoint(asking.project()),
        Endpoint(asking.create_project()),
        Endpoint(asking.replace_project()),
        Endpoint(asking.tasks()),
        Endpoint(asking.get("/api/tasks/?project=7")),
        Endpoint(asking.create_task()),
        Endpoint(asking.replace_task(place.data.tasks_each)),
        Endpoint(asking.get("/api/webhooks/")),
        Endpoint(Ask(name="POST /api/webhooks/", requests=webhooks.created)),
        Endpoint(asking.get(webhooks.deliveries, name="GET /api/webhooks/{id}/deliveries/")),
    ]
    return {endpoint.ask.name: endpoint for endpoint in found}


def _sessions(place: Ground) -> list[str]:
    """A refresh token for each client, of sessions that nothing else uses."""
    told = [Visitor(place.stack.url).sign_in(USERNAME, PASSWORD) for _ in range(place.options.at_once)]
    return [str(one["refresh"]) for one in told]


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Requests that make webhooks, and where the deliveries of one of them are listed."""

    created: tuple[bytes, ...]
    deliveries: str


def _body(url: str, *events: str) -> dict[str, Any]:
    return {"name": "Receiver", "url": url, "events": list(events)}


def _ours(place: Ground) -> Webhooks:
    """One webhook with deliveries; new ones for all users in turns, for each may have no more than 200."""
    host, port = running.bare(place, 2)
    url = f"http://{host}:{port}/hook"
    visitor = Visitor(place.stack.url)
    visitor.sign_in(USERNAME, PASSWORD)
    body = _body(url, "task.created") | {"projects": [10]}
    made = visitor.ask("POST", "/api/webhooks/", body, expect=201)
    for number in range(DELIVERED):
        visitor.ask("POST", "/api/tasks/", {"project": 10, "title": f"Delivered {number}"}, expect=201)
    place.rest()
    visitor.ask("PATCH", f"/api/webhooks/{made['id']}/", {"is_active": False})
    created = tuple(
        request("POST", "/api/webhooks/", token=one["access"], body=_body(url, "project.deleted"))
        for one in place.people
    )  # fmt: skip
    return Webhooks(created, f"/api/webhooks/{made['id']}/deliveries/")


def _twins(place: Ground, twin: Twin) -> Webhooks:
    """The same for the twin, whose deliveries are rows that nobody sent."""
    visitor = Visitor(twin.url)
    visitor.sign_in(USERNAME, PASSWORD)
    made = visitor.ask("POST", "/api/webhooks/", _body("http://127.0.0.1:9/hook", "task.created"), expect=201)
    for number in range(DELIVERED):
        visitor.ask("POST", "/api/tasks/", {"project": 10, "title": f"Delivered {number}"}, expect=201)
    with psycopg.connect(place.admin_url.rsplit("/", 1)[0] + "/original", autocommit=True) as database:
        database.execute(
            "INSERT INTO original_webhookdelivery (webhook_id, event_type, payload, status, created_at) "
            "SELECT %s, 'task.created', '{}', 'success', now() FROM generate_series(1, %s)", [made["id"], DELIVERED],
        )  # fmt: skip
    body = _body("http://127.0.0.1:9/hook", "project.deleted")
    created = (request("POST", "/api/webhooks/", token=twin.token, body=body),)
    return Webhooks(created, f"/api/webhooks/{made['id']}/deliveries/")
