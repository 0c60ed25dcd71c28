"""Deliveries over TLS: certificates, names and versions are checked, while the judged address is dialled."""

import pytest
from integration.webhooks.certificates import a_certificate, a_server
from integration.webhooks.steps import World, receiving, until

HOST = "hooks.example"


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    """A certificate for the host that the sender's authorities vouch for."""
    file = a_certificate(tmp_path, HOST)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


def test_the_name_is_in_the_handshake_and_the_judged_address_is_dialled(world: World, trusted):
    context = a_server(trusted)
    asked: list[str] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    world.names[HOST] = ["127.0.0.1"]
    with receiving(tls=context) as receiver, world.sending():
        hook = world.webhook(f"https://{HOST}:{receiver.port}/")["id"]
        world.project(1)
        world.projects.happens("task.created")
        world.follow()
        until(lambda: world.statuses(hook) == ["success"] * 2, what="both")

    assert [HOST] == asked, "one handshake, with the name"
    assert f"{HOST}:{receiver.port}" == receiver.arrived[0].headers["host"]


@pytest.mark.parametrize(("host", "days"), [(HOST, -1), ("other.example", 1)], ids=["expired", "another_name"])
def test_a_certificate_that_does_not_hold_is_a_failure(world: World, tmp_path, monkeypatch, host, days):
    file = a_certificate(tmp_path, host, days=days)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    assert "certificate" in refused(world, a_server(file))


def test_a_self_signed_certificate_is_a_failure(world: World, tmp_path, trusted):
    (tmp_path / "other").mkdir()

    assert "certificate" in refused(world, a_server(a_certificate(tmp_path / "other", HOST)))


def refused(world: World, context) -> str:
    """What the log says of an attempt at a receiver that must not be trusted."""
    world.names[HOST] = ["127.0.0.1"]
    with receiving(tls=context) as receiver, world.sending():
        hook = world.webhook(f"https://{HOST}:{receiver.port}/")["id"]
        world.project(1)
        world.follow()
        until(lambda: world.statuses(hook) == ["retrying"], what="the failure")

    assert [] == receiver.arrived
    return world.deliveries(hook)[0]["attempts"][0]["error"]
