"""A database that webhooks can use."""

from collections.abc import Iterator
from contextlib import contextmanager

from synergy_chassis.store.migrate import migrate
from synergy_local.servers.postgres import Postgres
from synergy_local.servers.testbed import FreshDatabase, fresh_database


@contextmanager
def a_migrated_database(server: Postgres) -> Iterator[FreshDatabase]:
    with fresh_database(server) as database:
        migrate(package="synergy_webhooks", migration_url=database.owner_url, database_url=database.service_url)
        yield database
