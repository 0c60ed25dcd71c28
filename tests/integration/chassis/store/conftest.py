"""A store in a database of the test's own, with a few rows beside it."""

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from integration.emptying import Emptying
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine

from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import CommandContext, EventLog, NewEvent, UnitOfWork, Writer, engine, jobs, store_ddl
from synergy_chassis.store.events import RecordedEvent
from synergy_local.servers.testbed import fresh_database

NAMES = sa.Table(
    "names",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, sa.Identity(always=False), primary_key=True),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False, unique=True),
)


def command() -> CommandContext:
    return CommandContext(command_id=new_id(), actor_id=7, request_id="request-1")


def happened(number: int = 0, **data: Any) -> NewEvent:
    return NewEvent(type="thing.happened", schema_version=1, entity="thing-1", data={"number": number, **data})


def no_rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
    """Nothing to write beside the events."""


@dataclass
class Store:
    """The store as the service sees it, and the ways in that a test needs."""

    url: str
    owner_url: str
    admin_url: str
    engine: Engine
    uow: UnitOfWork
    log: EventLog
    superuser: psycopg.Connection[Any]
    _connections: list[psycopg.Connection[Any]] = field(default_factory=list)

    def connect(self, url: str) -> psycopg.Connection[Any]:
        """A raw session; closed with the test."""
        self._connections.append(psycopg.connect(url))
        return self._connections[-1]

    def admin(self, *statements: str) -> None:
        """Statements as the superuser, who may do anything."""
        for statement in statements:
            self.superuser.execute(statement)

    def append(self, stream: str, *events: NewEvent, creates: bool | None = None) -> list[RecordedEvent]:
        """Append in a transaction of its own; creates the stream where it is missing."""
        new = self.version(stream) == 0 if creates is None else creates
        with self.uow.stream(stream, command(), creates=new) as locked:
            locked.append(events or [happened()], outcome={}, rows=no_rows)
        return locked.recorded

    def version(self, stream: str) -> int:
        return len(list(self.log.stream(stream)))

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


AS_IT_WAS = """
    DO $$
    DECLARE v_table regclass; v_trigger text;
    BEGIN
        FOR v_table IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'store'::regnamespace
                AND pg_relation_size(oid) > 262144 LOOP
            EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', v_table);
            EXECUTE format('TRUNCATE %s', v_table);
        END LOOP;
        FOR v_table, v_trigger IN
                SELECT tgrelid, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'A' LOOP
            EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', v_table, v_trigger);
        END LOOP;
    END $$
"""
"""The place of very many rows is given back, and the triggers that a test has switched off are on again."""


@pytest.fixture(scope="session")
def store_database(_postgres: Any) -> Iterator[Any]:
    """One database for all tests of the store: each begins with it empty."""
    with fresh_database(_postgres) as database:
        with psycopg.connect(database.owner_url) as owner:
            for statement in store_ddl(service_role=database.service):
                owner.execute(statement)
            owner.execute(
                "CREATE TABLE names (id bigserial PRIMARY KEY, stream text NOT NULL, name text NOT NULL UNIQUE)"
            )
            owner.execute(f"GRANT ALL ON names, names_id_seq TO {database.service}")
        yield database


@pytest.fixture(scope="session")
def pool(store_database: Any) -> Iterator[Engine]:
    pool = engine(store_database.service_url, application_name="test", pool_size=20)
    yield pool
    pool.dispose()


@pytest.fixture(scope="session")
def superuser(store_database: Any, postgres: str) -> Iterator[psycopg.Connection[Any]]:
    """One session for all tests: a new one would read the catalogue anew, which costs more than what it does."""
    with psycopg.connect(make_conninfo(postgres, dbname=store_database.name), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def emptying(store_database: Any, postgres: str) -> Iterator[Emptying]:
    emptying = Emptying(postgres, store_database.name, again=AS_IT_WAS)
    yield emptying
    emptying.close()


@pytest.fixture
def store(
    store_database: Any, postgres: str, pool: Engine, superuser: psycopg.Connection[Any], emptying: Emptying
) -> Iterator[Store]:
    admin_url = make_conninfo(postgres, dbname=store_database.name)
    uow, log = UnitOfWork(pool, SystemClock()), EventLog(pool)
    store = Store(store_database.service_url, store_database.owner_url, admin_url, pool, uow, log, superuser)
    emptying()
    yield store
    store.close()


@pytest.fixture
def forked_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Further processes of a rebuild or a verification begin where everything is loaded, and not from nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "synergy_chassis.store.rebuild", "synergy_chassis.store.verify"])
    monkeypatch.setattr(jobs, "_CONTEXT", context)
