"""
Real servers for every test that asks: started at the first use, private to this run, gone at its end.

Programs patched by eventlet run only in subprocesses, never in this process.
"""

import logging
import os
from collections.abc import Iterator

import pytest

from synergy_local.credentials import Credentials
from synergy_local.servers.postgres import Postgres
from synergy_local.servers.testbed import TESTER, Broker, FreshDatabase, VirtualHost, all_rights, fresh_database
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room
from synergy_operator.broker import VHOST

logging.getLogger("pika").setLevel(logging.CRITICAL)
# Every address that tests ask is on loopback, which a proxy does not know.
for proxy in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[proxy]


OWN_STACK = ("test_survival.py",)
"""Tests of the whole stack that last as long as all others of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file to a worker, and all that ask the whole stack to one, so that it is started for them once."""
    for item in items:
        together = "stack" in getattr(item, "fixturenames", ()) and item.path.name not in OWN_STACK
        item.add_marker(pytest.mark.xdist_group("stack" if together else item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def room() -> Iterator[Temporary]:
    """A folder and the processes of this test session."""
    with temporary_room() as folder:
        temporary = Temporary(folder)
        try:
            yield temporary
        finally:
            temporary.stop()


@pytest.fixture(scope="session")
def servers(room: Temporary) -> Servers:
    """PostgreSQL, RabbitMQ and Redis of this session, not started yet."""
    servers = Servers(room.home(), Credentials(), account=room.account, extra_users={TESTER: "tester"})
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
    room.start(servers.rabbitmq)
    return Broker(servers.rabbitmq)


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
