"""The short way of what is kept: who takes it, and that nobody can tell it from the long one."""

import json
from ipaddress import ip_network
from typing import Any

import pytest
from litestar.testing import TestClient
from unit.gateway.given import PROJECT, Neighbours, Signer
from unit.gateway.marks_in_memory import MarksInMemory

from synergy_chassis import logs
from synergy_chassis.metrics import REGISTRY
from synergy_gateway.keeping.keeper import Keeper
from synergy_gateway.limits.rate import Rate
from synergy_gateway.straight import Begun, Straight

PATH = "/api/projects/3/"
READ = "projects.read_project"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TOLD_ANEW = {"x-request-id", "ratelimit", "x-ratelimit-remaining", "x-ratelimit-reset"}
ALL = {
    "rate_user": Rate(50, 3_600), "allowed_hosts": ("gateway.local",), "cors_origins": ("https://a.example",),
    "trusted_proxies": (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8")), "public_url": "https://gateway.local",
}  # fmt: skip


class Ways:
    """Which way each request took: `True` the short one, a `Begun` or False the long one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.taken: list[bool | Begun] = []
        self.open = True
        whole = Straight.answered

        async def answered(straight: Straight, scope: Any, send: Any) -> bool | Begun:
            self.taken.append(await whole(straight, scope, send) if self.open else False)
            return self.taken[-1]

        monkeypatch.setattr(Straight, "answered", answered)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Ways:
    return Ways(monkeypatch)


@pytest.fixture(autouse=True)
def project(neighbours: Neighbours) -> None:
    neighbours.answers[READ] = lambda _: PROJECT | {"description": "x" * 2_000}
    neighbours.versions[READ] = {"project-3": 4, "people": 20}


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the access log was told."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(logs.Plain, "__call__", lambda _self, fields: told.append(dict(fields)))
    return told


@pytest.fixture
def client(door: Any, signer: Signer) -> TestClient:
    opened: TestClient = door(**ALL)
    opened.headers["Authorization"] = f"Bearer {signer.token()}"
    opened.headers["Accept-Encoding"] = "identity"
    return opened


def counts() -> dict[str, float]:
    """Whatever is counted of requests and of reads, times aside."""
    return {
        f"{sample.name} {json.dumps(sample.labels, sort_keys=True)}": sample.value
        for family in REGISTRY.collect() if family.name.startswith(("http_", "cache_"))
        for sample in family.samples if not sample.name.endswith(("_sum", "_bucket", "_created"))
    }  # fmt: skip


def grown(before: dict[str, float]) -> dict[str, float]:
    return {name: value - before.get(name, 0) for name, value in counts().items() if value != before.get(name, 0)}


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"If-None-Match": "{tag}"}, id="known"),
        pytest.param({"If-None-Match": 'W/"other", {tag}'}, id="known_beside_others"),
        pytest.param({"If-None-Match": '"other"'}, id="not_known"),
        pytest.param({"If-None-Match": "*"}, id="anything_known"),
        *(pytest.param({"Accept-Encoding": coding}, id=coding) for coding in ("gzip", "br", "zstd")),
        pytest.param({"Accept-Encoding": "gzip", "If-None-Match": "{packed}"}, id="known_compressed"),
        pytest.param({"Accept-Encoding": "br", "If-None-Match": "{packed}"}, id="known_in_another_coding"),
        pytest.param({"X-Request-Id": "mine", "traceparent": TRACE}, id="ids"),
        pytest.param({"X-Request-Id": "not mine", "traceparent": "none"}, id="bad_ids"),
        pytest.param({"X-Forwarded-For": "203.0.113.9, 10.0.0.1"}, id="through_proxies"),
    ],
)
def test_both_ways_answer_count_and_tell_the_same(client: TestClient, ways: Ways, lines, headers):
    tag = client.get(PATH).headers["ETag"]
    asked = {name: text.format(tag=tag, packed=tag[:-1] + '-gzip"') for name, text in headers.items()}
    found = []
    for ways.open in (False, True):
        before = counts()
        answer = client.get(PATH, headers=asked)
        told = {name: text for name, text in answer.headers.items() if name not in TOLD_ANEW}
        line = {name: text for name, text in lines[-1].items() if name not in ("duration_ms", "request_id")}
        names = {*answer.headers} - {"set-cookie"}
        named = answer.headers["x-request-id"] == lines[-1]["request_id"], lines[-1]["request_id"] == "mine"
        found.append((answer.status_code, told, names, answer.content, grown(before), line, named))

    assert [False, True] == ways.taken[-2:]
    assert found[0] == found[1]


def test_each_request_takes_one_token_whichever_way_it_goes(client: TestClient, ways: Ways, marks: MarksInMemory):
    left = [int(client.get(PATH).headers["x-ratelimit-remaining"])]
    left.append(int(client.get(PATH).headers["x-ratelimit-remaining"]))
    marks.acknowledge({"project-3": 5})
    left.append(int(client.get(PATH).headers["x-ratelimit-remaining"]))

    assert [49, 48, 47] == left
    assert [False, True, Begun] == [taken if isinstance(taken, bool) else type(taken) for taken in ways.taken]


def test_who_has_no_token_left_is_refused_and_not_served(door, signer: Signer, ways: Ways, neighbours: Neighbours):
    client = door(rate_user=Rate(2, 3_600))
    client.headers["Authorization"] = f"Bearer {signer.token()}"
    answers = [client.get(PATH) for _ in range(3)]

    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert "Retry-After" in answers[2].headers
    assert isinstance(ways.taken[2], Begun)
    assert 1 == len(neighbours.sent(READ))


@pytest.mark.parametrize("fails", [(Straight, "_packed"), (Keeper, "looking")], ids=["sending", "asking"])
def test_what_fails_on_the_short_way_is_answered_by_the_long_one_and_told_once(
    client: TestClient, ways: Ways, lines, monkeypatch: pytest.MonkeyPatch, fails
):
    client.get(PATH)

    async def broken(*_: Any) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(*fails, broken)
    told, before = len(lines), counts()
    answer = client.get(PATH)

    assert 200 == answer.status_code
    assert isinstance(ways.taken[-1], Begun)
    assert ["bypass"] == [line["cache"] for line in lines[told:]]
    more = " ".join(grown(before))
    assert ('"bypass"' in more, '"hit"' in more) == (True, False)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        pytest.param("HEAD", PATH, {}, 200, id="head"),
        pytest.param("GET", PATH + "/", {}, 200, id="written_otherwise"),
        pytest.param("GET", PATH + "?page=1", {}, 400, id="another_query"),
        pytest.param("GET", PATH, {"Origin": "https://a.example"}, 200, id="a_page_of_another_origin"),
        pytest.param("GET", PATH, {"Host": "b.example"}, 400, id="another_host"),
        pytest.param("GET", PATH, {"Authorization": ""}, 401, id="nobody"),
        pytest.param("GET", PATH, {"Authorization": "Bearer x"}, 401, id="a_bad_token"),
    ],
)
def test_whatever_is_out_of_the_ordinary_goes_the_long_way(
    client: TestClient, ways: Ways, method, path, headers, status
):
    client.get(PATH)
    answer = client.request(method, path, headers=headers)

    assert status == answer.status_code
    assert ways.taken[-1] is False


def test_headers_that_come_twice_go_the_long_way(client: TestClient, ways: Ways):
    client.get(PATH)
    given = client.headers["Authorization"]
    answer = client.get(PATH, headers=[("Authorization", given), ("Authorization", given)])

    assert 401 == answer.status_code
    assert ways.taken[-1] is False


def test_nobody_goes_the_short_way_while_redis_or_the_bus_is_away(
    client: TestClient, ways: Ways, marks: MarksInMemory, neighbours: Neighbours
):
    client.get(PATH)
    marks.up = False
    client.get(PATH)

    assert ways.taken[-1] is False
    assert 2 == len(neighbours.sent(READ))
