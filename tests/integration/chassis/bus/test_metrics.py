"""What processes count, read as Prometheus reads it."""

import contextlib
import socket
import time
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from synergy_contracts.refusals import Refused
from synergy_local.ports import free_ports

from .conftest import Programs, asking_at, publish, stored_event, until
from .test_relay import Store, store  # noqa: F401 (a fixture)


def scrape(port: int) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def value(port: int, metric: str, **labels: str) -> float | None:
    return scrape(port).get((metric, frozenset(labels.items())))


def test_calls_are_counted_by_method_and_outcome(programs: Programs, vhost: Any) -> None:
    (port,) = free_ports(1)
    service = programs.service(vhost.amqp_url("projects"), METRICS_PORT=str(port))
    with asking_at(vhost.amqp_url()) as asking:
        for number in range(3):
            asking.call("projects.echo", number)
        for method in ("refuse", "explode", "not_json", "made_up_by_a_client", "another"):
            with pytest.raises(Refused):
                asking.call(f"projects.{method}", {})

    def counted(method: str, outcome: str) -> float | None:
        return value(port, "rpc_requests_total", service="projects", method=method, outcome=outcome)

    assert counted("echo", "ok") == 3
    assert counted("refuse", "not_found") == 1
    assert (counted("explode", "internal"), counted("not_json", "internal")) == (1, 1)
    assert counted("unknown", "not_found") == 2
    assert value(port, "rpc_seconds_count", service="projects", method="echo") == 3
    assert value(port, "rpc_in_progress", service="projects") == 0
    assert not any("made_up" in text for _, labels in scrape(port) for _, text in labels)
    assert service.terminate() == 0


def test_nobody_waits_for_a_scrape_and_a_scrape_waits_for_nobody(programs: Programs, vhost: Any) -> None:
    (port,) = free_ports(1)
    programs.service(vhost.amqp_url("projects"), METRICS_PORT=str(port))
    with asking_at(vhost.amqp_url()) as asking, contextlib.ExitStack() as idle:
        for _ in range(3):  # clients that connect and say nothing
            idle.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(b"GET /met")
        started = time.monotonic()
        asking.call("projects.echo", 1)
        assert value(port, "rpc_in_progress", service="projects") == 0
        assert time.monotonic() - started < 5


def test_a_relay_counts_what_it_publishes(programs: Programs, vhost: Any, store: Store) -> None:  # noqa: F811
    (port,) = free_ports(1)
    relay = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url, METRICS_PORT=str(port))
    relay.wait_for("relay-leads")
    store.append(4)

    until(lambda: value(port, "relay_confirmed_total", source="auth") == 4)

    until(lambda: value(port, "relay_lag", source="auth") == 0)
    assert value(port, "relay_position", source="auth") == store.positions[-1]
    assert value(port, "relay_published_total", source="auth") == 4
    assert value(port, "store_barrier_reads_total", store="auth") >= 1
    assert value(port, "store_barrier_holder_pid", store="auth") == 0
    assert value(port, "relay_unroutable_total", source="auth") == 4
    assert (value(port, "relay_leading", source="auth"), value(port, "relay_led_total", source="auth")) == (1, 1)
    assert relay.terminate() == 0


def test_a_standby_says_that_it_does_not_lead(programs: Programs, vhost: Any, store: Store) -> None:  # noqa: F811
    leader = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
    leader.wait_for("relay-leads")
    (port,) = free_ports(1)
    standby = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url, METRICS_PORT=str(port))
    standby.wait_for("metrics-served")

    assert value(port, "relay_leading", source="auth") == 0
    assert value(port, "relay_lag", source="auth") is None
    leader.kill()
    until(lambda: value(port, "relay_leading", source="auth") == 1)


def test_without_a_port_nothing_listens(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    publish(vhost.amqp_url("relay-auth"), "auth.events", stored_event(1, 0), user="relay-auth")
    until(lambda: service.followed())

    assert not service.logged("metrics-served")
