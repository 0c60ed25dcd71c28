"""Projects on a real database, with a directory of people at hand instead of auth."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from integration.emptying import Emptying
from integration.projects.steps import World, a_migrated_database
from sqlalchemy import Engine

from synergy_chassis.clock import FixedClock
from synergy_chassis.store import engine
from synergy_local.servers.testbed import FreshDatabase
from synergy_projects.domain.commands import Actor

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def projects_database(_postgres) -> Iterator[FreshDatabase]:
    with a_migrated_database(_postgres) as database:
        yield database


@pytest.fixture(scope="session")
def projects_engine(projects_database: FreshDatabase) -> Iterator[Engine]:
    pool = engine(projects_database.service_url, pool_size=20, application_name="projects tests")
    yield pool
    pool.dispose()


@pytest.fixture(scope="session")
def _emptied(projects_database: FreshDatabase, postgres: str) -> Iterator[Callable[[], None]]:
    emptying = Emptying(postgres, projects_database.name)
    yield emptying
    emptying.close()


@pytest.fixture
def emptied(_emptied: Callable[[], None]) -> None:
    """Nothing of other tests is left, for what reads all there is."""
    _emptied()


@pytest.fixture
def world(projects_engine: Engine) -> World:
    return World(projects_engine, FixedClock(START))


@pytest.fixture
def ann(world: World) -> Actor:
    return world.somebody("ann")


@pytest.fixture
def bob(world: World) -> Actor:
    return world.somebody("bob")


@pytest.fixture
def eve(world: World) -> Actor:
    return world.somebody("eve")
