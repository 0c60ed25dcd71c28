"""Health: the worst of what the parts say, and who does not answer."""

import pytest

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable

UP = {"status": "up"}
PARTS = {"database", "broker", "cache", "auth", "projects", "webhooks", "relays", "senders"}


def report(service: str, **parts: dict) -> dict:
    given = {"database": UP | {"latency_ms": 1.5}, "relay": UP | {"lag": 0}} | parts
    return {"service": service, "version": "0.1.0", "parts": given}


@pytest.fixture
def well(neighbours):
    neighbours.answers |= {
        "auth.health": report("auth"),
        "projects.health": report("projects", relay=UP | {"lag": 3}, **{"follows.auth": UP | {"lag": 2}}),
        "webhooks.health": report("webhooks", senders=UP | {"lag": 1}),
    }
    return neighbours


def test_all_is_well(anyone, well):
    answer = anyone.get("/api/health/")

    body = answer.json()
    assert (answer.status_code, body["status"]) == (200, "healthy")
    assert set(body["checks"]) == PARTS
    assert {check["status"] for check in body["checks"].values()} == {"up"}
    assert body["checks"]["relays"]["lag"] == 3
    assert body["checks"]["projects"]["lag"] == 2
    assert body["checks"]["database"]["latency_ms"] == 1.5
    assert body["checks"]["broker"]["latency_ms"] >= 0
    assert body["timestamp"].endswith("Z")
    assert answer.headers["Cache-Control"] == "no-store"


DOWN = {"status": "down", "detail": "It broke."}


@pytest.mark.parametrize(
    ("answers", "down"),
    [
        pytest.param({"projects.health": report("projects", database=DOWN)}, {"database"}, id="one_database"),
        pytest.param({"auth.health": report("auth", relay=DOWN)}, {"relays"}, id="one_relay"),
        pytest.param({"webhooks.health": report("webhooks", senders=DOWN)}, {"senders"}, id="senders"),
        pytest.param({"webhooks.health": report("webhooks", consumer=DOWN, senders=UP)}, {"webhooks"}, id="a_follower"),
        pytest.param({"auth.health": RpcTimeout("x")}, {"auth"}, id="a_service_is_silent"),
        pytest.param({"webhooks.health": RpcUnavailable("x")}, {"webhooks", "senders"}, id="a_service_is_gone"),
        pytest.param({"webhooks.health": b"[]"}, {"webhooks", "senders"}, id="a_service_talks_nonsense"),
    ],
)
def test_what_is_down_is_named(anyone, well, answers, down):
    well.answers |= answers

    answer = anyone.get("/api/health/")

    body = answer.json()
    assert (answer.status_code, body["status"]) == (503, "unhealthy")
    assert down == set(body["down"])
    assert down == {name for name, check in body["checks"].items() if check["status"] == "down"}
    assert answer.headers["Retry-After"]


def test_what_is_parked_is_told_of_and_takes_nothing_down(anyone, well):
    parked = UP | {"lag": 0, "detail": "2 events are parked."}
    models = UP | {"detail": "1 stream cannot be rebuilt."}
    well.answers |= {"webhooks.health": report("webhooks", consumer=parked, models=models, senders=UP)}

    answer = anyone.get("/api/health/")

    assert answer.status_code == 200
    assert answer.json()["checks"]["webhooks"]["detail"] == "2 events are parked. 1 stream cannot be rebuilt."


def test_redis_is_a_part(anyone, well, cache):
    cache.up = False

    assert anyone.get("/api/health/").json()["down"] == ["cache"]


def test_ready_means_that_the_broker_takes_calls(anyone, neighbours):
    assert anyone.get("/readyz").status_code == 200
    neighbours.connected = False

    assert anyone.get("/readyz").status_code == 503
    assert anyone.get("/livez").status_code == 200
    assert not neighbours.calls
