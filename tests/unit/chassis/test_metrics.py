"""The metrics page, its address, and labels that nobody outside can make."""

import asyncio
from types import SimpleNamespace

import pytest
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families as families
from structlog.testing import capture_logs

from synergy_chassis.bus import measures
from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.bus.follower_measures import watch as watch_followers
from synergy_chassis.environment import MissingSetting
from synergy_chassis.follower import Progress
from synergy_chassis.metrics import REGISTRY, SECONDS, Address, address, introduce
from synergy_chassis.metrics.asyncio_server import served
from synergy_chassis.metrics.page import answer
from synergy_chassis.metrics.tallies import Counts, Times
from synergy_chassis.relay.counters import Counters
from synergy_chassis.relay.measures import watch
from synergy_contracts.refusals import Refused
from synergy_local.ports import free_ports


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, None),
        ({"METRICS_HOST": "0.0.0.0"}, None),
        ({"METRICS_PORT": "0"}, None),
        ({"METRICS_PORT": "9090"}, Address("127.0.0.1", 9090)),
        ({"METRICS_PORT": "9090", "METRICS_HOST": "0.0.0.0"}, Address("0.0.0.0", 9090)),
    ],
)
def test_it_is_off_or_on_loopback_unless_told(env, expected):
    assert address(env) == expected


def test_a_port_is_a_number():
    with pytest.raises(MissingSetting, match="METRICS_PORT"):
        address({"METRICS_PORT": "http"})


def test_the_page_is_prometheus_text():
    introduce("auth", "relay")

    head, _, body = answer(b"GET /metrics?x=1 HTTP/1.1\r\nHost: x\r\n\r\n").partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4")
    assert b"Content-Length: %d" % len(body) in head
    samples = [sample for family in families(body.decode()) for sample in family.samples]
    assert {"auth"} == {s.labels["service"] for s in samples if s.name == "synergyos_build_info"}
    assert "process_cpu_seconds_total" in {sample.name for sample in samples}


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"HEAD /metrics HTTP/1.1", 200), (b"GET / HTTP/1.0", 404), (b"GET /metrics/ HTTP/1.1", 404),
        (b"POST /metrics HTTP/1.1", 405), (b"GET /metrics", 400), (b"\x16\x03\x01", 400), (b"", 400),
    ],
)  # fmt: skip
def test_other_requests_get_an_answer_too(request_line, status):
    told = answer(request_line + b"\r\n\r\n")

    assert told.startswith(b"HTTP/1.1 %d " % status)
    assert not request_line.startswith(b"HEAD") or told.endswith(b"\r\n\r\n")


def test_a_taken_address_is_waited_for():
    async def scrape(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metrics HTTP/1.1\r\n\r\n")
        told = await reader.read()
        writer.close()
        return told

    async def both() -> None:
        (port,) = free_ports(1)
        holder = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", port)
        async with asyncio.timeout(10), served(Address("127.0.0.1", port)):
            await logged("metrics-not-served")
            holder.close()
            await holder.wait_closed()
            await logged("metrics-served")
            assert (await scrape(port)).startswith(b"HTTP/1.1 200")

    async def logged(event: str) -> None:
        while event not in [line["event"] for line in lines]:  # noqa: ASYNC110 (a list tells nobody)
            await asyncio.sleep(0.02)

    with capture_logs() as lines:
        asyncio.run(both())


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "ok"), (Refused("conflict", "c", "d"), "conflict"), (Refused("of their own making", "c", "d"), "other"),
        (RpcTimeout("m"), "timeout"), (RpcUnavailable("m"), "unreachable"), (KeyboardInterrupt(), "cancelled"),
    ],
)  # fmt: skip
def test_a_call_is_counted_once_by_what_came_of_it(error, outcome):
    before = value("rpc_calls_total", method="auth.test", outcome=outcome) or 0

    def call() -> None:
        with measures.Calling("auth.test"):
            if error:
                raise error

    if error:
        with pytest.raises(type(error)):
            call()
    else:
        call()

    assert value("rpc_calls_total", method="auth.test", outcome=outcome) == before + 1


def test_a_call_being_answered_is_in_progress_until_it_has_ended():
    answering = measures.Answering("test", "read")
    withdrawn = measures.Answering("test", "read")
    assert value("rpc_in_progress", service="test") == 2

    answering.ended("ok")
    withdrawn.withdrawn()

    assert value("rpc_in_progress", service="test") == 0
    assert value("rpc_requests_total", service="test", method="read", outcome="ok") == 1
    assert value("rpc_seconds_count", service="test", method="read") == 1


def test_only_a_leader_tells_how_far_it_is():
    counters = Counters(published=3, confirmed=2, unroutable=1, position=5, head=9, unsealed=1)
    watch("test", counters)

    assert value("relay_confirmed_total", source="test") == 2
    assert (value("relay_leading", source="test"), value("relay_unsealed", source="test")) == (0, 1)
    assert value("relay_unpruned", source="test") == 0
    counters.unpruned = 1
    assert value("relay_unpruned", source="test") == 1
    assert value("relay_lag", source="test") is None
    counters.leading = True
    assert (value("relay_leading", source="test"), value("relay_lag", source="test")) == (1, 4)


def test_a_follower_tells_where_it_is_what_is_parked_and_what_it_counted():
    progress = Progress(position=5, head=9, parked=2, unfolded=1, gaps=3, fetched=40, duplicates=7)
    watch_followers([SimpleNamespace(consumer="test", source="other", progress=progress)])
    names = {"consumer": "test", "source": "other"}

    states = [value(f"follower_{name}", **names) for name in ("position", "lag", "parked")]
    counted = [value(f"follower_{name}_total", **names) for name in ("gaps", "fetched", "duplicates")]

    assert (states, counted) == ([5, 4, 2], [3, 40, 7])
    assert value("rebuild_parked_streams", service="test") == 1


def test_tallies_are_shown_as_counters_and_histograms_are():
    own, documentation = CollectorRegistry(), "What it is."
    counts, times = Counts("tally", documentation, ["kind"]), Times("tally_seconds", documentation, ["kind", "way"])
    counter = Counter("tally", documentation, ["kind"], registry=own)
    histogram = Histogram("tally_seconds", documentation, ["kind", "way"], buckets=SECONDS, registry=own)
    for seconds in (0.0, *SECONDS, 0.3, 11.0):
        counts.of[("a",)] += 1
        times.of["a", "b"].add(seconds)
        counter.labels("a").inc()
        histogram.labels("a", "b").observe(seconds)

    def shown(registry: CollectorRegistry) -> list[str]:
        lines = generate_latest(registry).decode().splitlines()
        return sorted(line for line in lines if "tally" in line and "_created" not in line)

    assert shown(own) == shown(REGISTRY)
