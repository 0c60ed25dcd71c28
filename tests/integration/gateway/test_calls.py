"""HTTP on one side, a real bus on the other."""

import time
from collections.abc import Iterator

import pytest
import requests
from integration.gateway.conftest import Scene, until

from synergy_local.servers.testbed import Broker


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

    form = requests.post(scene.url + "/api/auth/login/", {"username": "ann", "password": "x"}, timeout=10)
    assert form.json()["access"] == "for ann"

    (line,) = [line for line in gateway.lines("request") if line["request_id"] == "trace-me"]
    assert (line["route"], line["status"], line["user_id"]) == ("/api/projects/{project_id}/", 200, 7)
    assert scene.signer.token()[:20] not in gateway.log.read_text()


def test_a_slow_service_is_waited_for_until_the_deadline_and_holds_nobody_up(scene: Scene):
    started = time.monotonic()
    slow = scene.read(9_000)
    took = time.monotonic() - started

    assert (slow.status_code, slow.json()["type"]) == (503, "/problems/deadline-exceeded")
    assert 4.5 < took < 12
    assert scene.read(3).status_code == 200


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
