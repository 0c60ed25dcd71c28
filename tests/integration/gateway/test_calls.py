"""HTTP on one side, a real bus on the other."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from integration.gateway.conftest import Running, Scene, until

from synergy_local.servers.testbed import Broker

CROWD, A_FEW, ALL = 30, 15, 20
"""Reads that are slow; so many as leave the service somebody who answers; and as many as it answers at once."""
SLOW = 7_000
"""Ids of projects from here on are read in seven seconds; a call has five."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, broker: Broker, redis_url: str) -> Iterator[Scene]:
    """A gateway between its neighbours; `started` are auth, projects and itself."""
    scene = Scene(tmp_path_factory.mktemp("calls"), broker.new_vhost(), redis_url)
    try:
        scene.service("auth")
        scene.service("projects")
        gateway = scene.gateway()
        until(lambda: scene.read(3).status_code == 200, what=gateway.log.read_text)
        yield scene
    finally:
        scene.end()


def test_a_request_reaches_a_service_with_who_asks_and_comes_back(scene: Scene):
    gateway = scene.started[2]

    answer = scene.read(3, **{"X-Request-Id": "trace-me", "User-Agent": "tester"})

    body = answer.json()
    assert (body["id"], body["user_id"], body["client_address"], body["user_agent"]) == (3, 7, "127.0.0.1", "tester")
    assert body["request_id"] == answer.headers["X-Request-Id"] == "trace-me"
    assert 4 < body["seconds_left"] <= 5
    assert answer.headers["ETag"].startswith('"1-')

    missing = scene.read(404)
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/project-not-found")

    assert login(scene).json()["access"] == "for ann"

    (line,) = access(gateway, "trace-me")
    assert (line["route"], line["status"], line["user_id"]) == ("/api/projects/{project_id}/", 200, 7)
    assert scene.signer.token()[:20] not in gateway.log.read_text()


def access(gateway: Running, request_id: str) -> list[dict[str, Any]]:
    """The lines that tell of a request."""
    return [line for line in gateway.lines("request") if line["request_id"] == request_id]


def test_an_access_line_tells_how_long_it_took_and_where_the_answer_came_from(scene: Scene):
    gateway, told = scene.started[2], list[dict[str, Any]]()
    for number, name in enumerate(("asked", "kept")):
        began = time.monotonic()
        answer = scene.read(7, **{"X-Request-Id": name})
        waited = 1000 * (time.monotonic() - began)
        assert answer.status_code == 200
        assert answer.json()["request_id"] == "asked"
        told += until(lambda name=name: access(gateway, name))
        assert 0 < told[number]["duration_ms"] < waited

    assert ["miss", "hit"] == [line["cache"] for line in told]


def test_a_slow_service_is_waited_for_until_the_deadline_and_holds_nobody_up(scene: Scene):
    """Neither who asks it for what is quick, nor, where it has nobody left to answer, who asks another service."""
    projects = scene.started[1]

    with ThreadPoolExecutor(CROWD) as pool:
        slow = [pool.submit(timed, scene, number) for number in range(A_FEW)]
        until(lambda: len(projects.lines("slow-read")) == A_FEW)
        assert in_time(lambda: scene.read(3)).status_code == 200
        assert in_time(lambda: login(scene)).status_code == 200
        slow += [pool.submit(timed, scene, number) for number in range(A_FEW, CROWD)]
        until(lambda: len(projects.lines("slow-read")) >= ALL)
        assert in_time(lambda: login(scene)).status_code == 200
        assert not any(one.done() for one in slow)

    for answer, took in (one.result() for one in slow):
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/deadline-exceeded")
        assert 4.5 < took < 12
    assert scene.read(3).status_code == 200


def timed(scene: Scene, number: int) -> tuple[requests.Response, float]:
    """A read that takes longer than anybody waits, and the seconds until it was answered."""
    began = time.monotonic()
    return scene.read(SLOW + number), time.monotonic() - began


def in_time(ask: Callable[[], requests.Response]) -> requests.Response:
    """The answer, which takes no longer than it may beside slow ones."""
    began = time.monotonic()
    answer = ask()
    assert time.monotonic() - began < 1
    return answer


def login(scene: Scene) -> requests.Response:
    """Ask a service that is not slow."""
    return requests.post(scene.url + "/api/auth/login/", {"username": "ann", "password": "x"}, timeout=10)


def test_a_service_that_is_gone_is_503_within_the_deadline_and_answers_again_when_it_is_back(scene: Scene):
    _, projects, gateway = scene.started

    assert projects.stop() == 0
    started = time.monotonic()
    answer = scene.read(3)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert time.monotonic() - started < 12

    scene.service("projects")
    until(lambda: scene.read(3).status_code == 200, what=gateway.log.read_text)
