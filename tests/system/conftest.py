"""The whole stack, started once for all system tests."""

from collections.abc import Iterator

import forking
import pytest
from collecting import Collector, collecting
from system.refusing import World, a_world, at_rest

from synergy_local.ports import LOOPBACK, free_ports, is_free
from synergy_local.servers.testbed import Broker
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary
from synergy_local.testing import RunningStack, running_stack


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Where the stack sends spans, of traces that a caller asks to have recorded, and errors."""
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="session")
def stack(
    room: Temporary, servers: Servers, postgres: str, broker: Broker, redis_url: str, collector: Collector
) -> Iterator[RunningStack]:
    """
    Every process on private servers: `.url`, `.kill(name)`, `.restart(name)`, `.env(name)`, `.log(name)`.

    Each process serves its metrics. Webhooks may go to 127.0.0.1, any port, so that tests can run receivers.
    """
    observed = {
        "METRICS_PORT": str(first_of_free(8)),
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_TRACES_SAMPLER": "parentbased_always_off",
        "OTEL_BSP_SCHEDULE_DELAY": "500",
    }
    with running_stack(room, servers, begin=forking.begin, **observed) as stack:
        yield stack


@pytest.fixture(scope="session")
def inhabited(stack: RunningStack) -> Iterator[World]:
    """Ann's project and what there is in it; whoever looks whether anything is written takes `world`."""
    with a_world(stack) as world:
        yield world


@pytest.fixture(scope="module")
def world(inhabited: World) -> Iterator[World]:
    """The same for all tests, at rest: they are refused whatever they ask, so nothing changes in it."""
    with at_rest(inhabited) as world:
        yield world


def first_of_free(count: int) -> int:
    """The first of so many ports in a row that nobody listens on."""
    while True:
        (first,) = free_ports(1)
        if all(is_free(LOOPBACK, port) for port in range(first, first + count)):
            return first
