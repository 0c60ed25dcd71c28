"""Webhooks on a database that is empty, with projects at hand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from integration.emptying import Emptying
from integration.webhooks.certificates import a_certificate
from integration.webhooks.steps import World
from sqlalchemy import Engine

from synergy_chassis.store import engine
from synergy_local.servers.testbed import FreshDatabase
from synergy_webhooks.bootstrap import POOL_SIZE


@pytest.fixture(scope="session")
def webhooks_database(_postgres) -> Iterator[FreshDatabase]:
    from integration.webhooks.databases import a_migrated_database

    with a_migrated_database(_postgres) as database:
        yield database


@pytest.fixture(scope="session")
def pool(webhooks_database: FreshDatabase) -> Iterator[Engine]:
    """Connections that know the tables: it is they that cost."""
    pool = engine(webhooks_database.service_url, pool_size=2 * POOL_SIZE, application_name="webhooks")
    yield pool
    pool.dispose()


@pytest.fixture(scope="session")
def _emptied(webhooks_database: FreshDatabase, postgres: str) -> Iterator[Callable[[], None]]:
    since_now = "UPDATE public.told_sources SET since = now()"
    emptying = Emptying(postgres, webhooks_database.name, staying="told_sources", again=since_now)
    yield emptying
    emptying.close()


@pytest.fixture
def world(webhooks_database: FreshDatabase, pool: Engine, _emptied: Callable[[], None]) -> World:
    _emptied()
    return World(webhooks_database.service_url, pool=pool)


@pytest.fixture(scope="session")
def _authority(tmp_path_factory) -> Path:
    return a_certificate(tmp_path_factory.mktemp("authority"), "authority.example")


@pytest.fixture(autouse=True)
def few_authorities(monkeypatch, _authority: Path) -> None:
    """Each sender reads the authorities that it trusts: one here instead of the system's hundreds."""
    monkeypatch.setenv("SSL_CERT_FILE", str(_authority))
