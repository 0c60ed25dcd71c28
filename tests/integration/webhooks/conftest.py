"""Webhooks on a database of its own, with projects at hand."""

from collections.abc import Iterator

import pytest
from integration.webhooks.steps import World

from synergy_local.servers.testbed import FreshDatabase
from synergy_webhooks.tables import metadata, told_sources


@pytest.fixture(scope="session")
def webhooks_database(_postgres) -> Iterator[FreshDatabase]:
    from integration.webhooks.databases import a_migrated_database

    with a_migrated_database(_postgres) as database:
        yield database


@pytest.fixture
def world(webhooks_database: FreshDatabase) -> Iterator[World]:
    world = World(webhooks_database.service_url)
    for table in metadata.sorted_tables:
        if table is not told_sources:
            world.sql(f"DELETE FROM {table.name}")
    world.sql("DELETE FROM store.positions")
    world.sql("DELETE FROM store.parked")
    yield world
    world.app.close()
