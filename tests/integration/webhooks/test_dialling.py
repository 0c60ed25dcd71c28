"""Where the sender connects to: the vetted address, by no proxy, within a time."""

import threading

from integration.webhooks.steps import World, receiving, some_events, until

from synergy_webhooks.domain.backoff import Schedule


def test_an_address_that_became_forbidden_is_not_dialled(world: World):
    world.names["hooks.example"] = ["8.8.8.8"]
    hook = world.webhook("https://hooks.example/x")["id"]
    world.names["hooks.example"] = ["8.8.8.8", "127.0.0.5"]
    some_events(world, tasks=0)

    with world.sending():
        until(lambda: world.statuses(hook) == ["retrying"], what="the refusal")

    (attempt, *_) = world.deliveries(hook)[0]["attempts"]
    assert attempt["status_code"] is None
    assert "loopback" in attempt["error"]
    assert [tuple(row) for row in world.sql("SELECT DISTINCT address FROM attempts")] == [(None,)]


def test_the_vetted_address_is_dialled_with_the_name_as_host(world: World):
    with receiving() as receiver, world.sending():
        world.names["hooks.example"] = ["127.0.0.1"]
        world.webhook(f"http://hooks.example:{receiver.port}/x?y=z")
        some_events(world, tasks=0)
        until(lambda: receiver.arrived, what="the delivery")

    assert (f"hooks.example:{receiver.port}", "/x?y=z") == (
        receiver.arrived[0].headers["host"],
        receiver.arrived[0].path,
    )


def test_proxies_of_the_environment_are_ignored(world: World, monkeypatch):
    with receiving() as receiver, receiving() as proxy, world.sending():
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        world.webhook(receiver.url)
        some_events(world, tasks=0)
        until(lambda: receiver.arrived, what="the delivery")

    assert proxy.arrived == []


def test_a_name_that_does_not_resolve_in_time_is_a_failed_attempt_and_holds_up_no_other(world: World):
    hang = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "quick.example" or hang.wait(30) else []

    slow = world.webhook("https://slow.example/")["id"]
    world.resolve = resolve  # type: ignore[method-assign]
    with receiving() as receiver, world.sending(budget=0.2, schedule=Schedule()):
        world.names["quick.example"] = ["127.0.0.1"]
        quick = world.webhook(f"http://quick.example:{receiver.port}/")["id"]
        some_events(world, tasks=0)
        until(lambda: world.statuses(slow) == ["retrying"], what="the failure")
        until(lambda: world.statuses(quick) == ["success"], what="another's delivery while the name hangs")
        assert not hang.is_set()
        hang.set()

    (attempt,) = world.deliveries(slow)[0]["attempts"]
    assert (None, "The host's name was not found (DNS) within 0.2 s.") == (attempt["status_code"], attempt["error"])
    assert 200 <= attempt["duration_ms"] < 1000
