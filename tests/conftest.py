"""
Real servers for every test that asks: started at the first use, private to this run, gone at its end.

Programs patched by eventlet run only in subprocesses, never in this process.
"""

import logging
import os
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import examples  # noqa: F401  before any test is read: its profile of Hypothesis holds for all
import pytest
import structlog
from xdist.scheduler import LoadFileScheduling

from synergy_local.credentials import Credentials
from synergy_local.servers.postgres import Postgres
from synergy_local.servers.testbed import (
    TESTER,
    Broker,
    FreshDatabase,
    VirtualHost,
    all_rights,
    fresh_database,
    names_of_rooms,
    rooms,
)
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room
from synergy_operator.broker import VHOST

logging.getLogger("pika").setLevel(logging.CRITICAL)
# Unless told otherwise structlog draws an error with every local of every frame: two seconds of a processor for each.
*first, _ = structlog.get_config()["processors"]
plainly = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*first, plainly])
# Every address that tests ask is on loopback, which a proxy does not know.
for proxy in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[proxy]


LONGEST_FIRST = (
    "tests/system/test_make_run.py",
    "tests/system/",
    "tests/integration/chassis/bus/",
    "tests/system/test_survival.py",
    "tests/integration/chassis/store/test_stateful.py",
    "tests/integration/",
    "tests/",
)
"""By the beginning of their addresses; the last ones are so short that all workers end at about the same time."""
ALONE = ("tests/system/test_survival.py", "tests/system/test_make_run.py")
"""Of the system tests those that last as long as all the others."""


def rank(file: str) -> int:
    """When a file's turn comes: the longest beginning counts."""
    return LONGEST_FIRST.index(max(filter(file.startswith, LONGEST_FIRST), key=len))


COVERED = os.environ.get("COVERED", "").split()
"""Where every test runs and coverage is told by the way: the arguments of the run that would tell it alone."""


def traced(file: str) -> bool:
    """Whether a file's tests count for the coverage."""
    if not COVERED:
        return True
    left_out = {place.removeprefix("--ignore=") for place in COVERED}
    return file not in left_out - set(COVERED) and file.startswith(tuple(COVERED))


def pytest_sessionstart(session: pytest.Session) -> None:
    """
    Let a worker's words about reruns leave at once. It says two for each test, and TCP holds the second back until the
    first is acknowledged: 40 ms, which is longer than most tests take.
    """
    words = getattr(session.config, "failures_db", None)
    if (line := getattr(words, "sock", None)) is not None:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def pytest_configure(config: pytest.Config) -> None:
    """
    Each worker begins elsewhere to read the tests, so that what one has compiled the others find done.
    """
    worker = getattr(config, "workerinput", None)
    if worker and config.args == ["tests"]:
        parts = sorted({str(file.parent) for file in Path("tests").rglob("test_*.py")})
        parts = [part for part in parts if not any(part.startswith(f"{other}/") for other in parts)]
        first = int(worker["workerid"].removeprefix("gw")) * len(parts) // worker["workercount"]
        config.args = parts[first:] + parts[:first]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; otherwise by name."""
    items.sort(key=lambda item: (rank(file := item.nodeid.partition("::")[0]), file))


@contextmanager
def untraced(config: pytest.Config) -> Iterator[None]:
    """Tracing costs time, and here counts nothing."""
    coverage = getattr(config.pluginmanager.get_plugin("_cov"), "cov_controller", None)
    if coverage is None or not coverage.started:
        yield
        return
    coverage.pause()
    try:
        yield
    finally:
        coverage.resume()


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """What runs as modules are loaded is the same in each worker: the first one counts it."""
    worker = getattr(session.config, "workerinput", {"workerid": "gw0"})
    with nullcontext() if worker["workerid"] == "gw0" else untraced(session.config):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Only tests that count are traced, and what is set up for them."""
    with nullcontext() if traced(item.nodeid.partition("::")[0]) else untraced(item.config):
        return (yield)


BROKER_OF_THEIR_OWN = tuple(f"tests/integration/chassis/bus/test_{name}.py" for name in ("faults", "work_faults"))
"""These kill a broker, the same one."""


class OneStack(LoadFileScheduling):
    """A file to a worker; those that start the same things to one: most of the system tests, some of the bus."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file in BROKER_OF_THEIR_OWN:
            return BROKER_OF_THEIR_OWN[0]
        return "tests/system" if file.startswith("tests/system/") and file not in ALONE else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneStack | None:
    """With `--dist loadfile`."""
    return OneStack(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was tried again (in .ci/run) is shown as it failed: it is mended, whether or not it passed then."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"tried again: {report.nodeid}")
        terminalreporter.line(report.longreprtext)


@pytest.fixture(scope="session")
def room() -> Iterator[Temporary]:
    """A folder and the processes of this test session."""
    with temporary_room(in_memory=True) as folder:
        temporary = Temporary(folder)
        try:
            yield temporary
        finally:
            temporary.stop()


@pytest.fixture(scope="session")
def servers(room: Temporary) -> Servers:
    """PostgreSQL, RabbitMQ and Redis of this session, not started yet."""
    testers = {TESTER: "tester"}
    servers = Servers(room.home(), Credentials(), account=room.account, extra_users=testers, durable=False)
    servers.rabbitmq.definitions["permissions"].append(all_rights(TESTER, VHOST))
    return servers


@pytest.fixture(scope="session")
def _postgres(room: Temporary, servers: Servers) -> Postgres:
    room.start(servers.postgres)
    return servers.postgres


@pytest.fixture(scope="session")
def postgres(_postgres: Postgres) -> str:
    """The administrator's address of a running PostgreSQL."""
    return _postgres.admin_url


@pytest.fixture(scope="session")
def broker(room: Temporary, servers: Servers) -> Broker:
    """A running RabbitMQ; `.amqp_url(user)` is the address of its virtual host `synergy` for one of our users."""
    unused = names_of_rooms()
    for kind, entries in rooms(unused).items():
        servers.rabbitmq.definitions[kind] += entries
    room.start(servers.rabbitmq)
    return Broker(servers.rabbitmq, unused)


@pytest.fixture(scope="session")
def redis_url(room: Temporary, servers: Servers) -> str:
    """The address of a running Redis."""
    room.start(servers.redis)
    return servers.redis.url


@pytest.fixture
def database(_postgres: Postgres) -> Iterator[FreshDatabase]:
    """An empty database with an owner and a service role: `.owner_url`, `.service_url`."""
    with fresh_database(_postgres) as database:
        yield database


@pytest.fixture
def vhost(broker: Broker) -> VirtualHost:
    """A virtual host of this test's own with the real exchanges and permissions: `.name`, `.amqp_url(user)`."""
    return broker.new_vhost()
