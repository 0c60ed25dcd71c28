"""A PostgreSQL of the benchmark's own, with a database for each store that is measured."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from synergy_chassis.store import store_ddl
from synergy_chassis.store.migrate import migrate
from synergy_local.credentials import Credentials
from synergy_local.servers.postgres import Postgres
from synergy_local.servers.testbed import FreshDatabase, fresh_database
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room

FLOOR: Final = """
    CREATE TABLE public.floor (
        position bigserial PRIMARY KEY,
        stream text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        event_id uuid NOT NULL,
        type text COLLATE "C" NOT NULL,
        schema_version integer NOT NULL,
        entity text COLLATE "C" NOT NULL,
        data jsonb NOT NULL,
        meta jsonb NOT NULL,
        recorded_at timestamptz NOT NULL,
        content_hash bytea NOT NULL,
        hash bytea NOT NULL
    )
"""
"""The same columns as store.events, with one index, no checks and no triggers: what PostgreSQL itself takes."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where everything is measured."""

    server: Postgres
    _open: ExitStack

    def empty(self) -> FreshDatabase:
        """A database without anything in it."""
        return self._open.enter_context(fresh_database(self.server))

    def store(self) -> FreshDatabase:
        """A database with an empty store, and the floor's table beside it."""
        database = self.empty()
        with psycopg.connect(database.owner_url) as owner:
            for statement in store_ddl(service_role=database.service):
                owner.execute(statement)
            owner.execute(FLOOR)
            owner.execute(f'GRANT ALL ON public.floor, public.floor_position_seq TO "{database.service}"')
        return database

    def administer(self, database: FreshDatabase, *statements: str) -> None:
        """Run statements as the superuser, each by itself."""
        with psycopg.connect(make_conninfo(self.server.admin_url, dbname=database.name), autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement.encode())

    def projects(self) -> FreshDatabase:
        """A database as the projects service has it."""
        database = self.empty()
        migrate(package="synergy_projects", migration_url=database.owner_url, service_role=database.service)
        return database


@contextmanager
def ground() -> Iterator[Ground]:
    """A server that lives as long as the block, as durable as the real one."""
    with temporary_room() as folder:
        room = Temporary(folder)
        servers = Servers(room.home(), Credentials(), account=room.account)
        try:
            room.start(servers.postgres)
            with ExitStack() as databases:
                yield Ground(servers.postgres, databases)
        finally:
            room.stop()


def rival_environment(database: FreshDatabase) -> dict[str, Any]:
    """How the eventsourcing library is told where its database is: as the owner, for it makes its tables itself."""
    url = conninfo_to_dict(database.owner_url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": url["dbname"],
        "POSTGRES_HOST": url["host"],
        "POSTGRES_PORT": str(url["port"]),
        "POSTGRES_USER": url["user"],
        "POSTGRES_PASSWORD": url["password"],
    }
