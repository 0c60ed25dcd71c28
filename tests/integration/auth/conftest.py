"""Auth on a database that is empty, its clock standing still until a test moves it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any
from uuid import UUID

import pytest
from integration.auth.post_office import PostOffice, post_office
from integration.emptying import Emptying
from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from synergy_auth import handlers
from synergy_auth.bootstrap import POOL_SIZE, Auth, build
from synergy_auth.domain.account import Profile
from synergy_auth.domain.commands import Client, Login, RefreshTokens, Register, UpdateProfile
from synergy_auth.hashing.argon2id import Argon2Hashes, Execute, here
from synergy_auth.settings import MailSettings, Settings
from synergy_chassis.clock import FixedClock, new_id
from synergy_chassis.store import CommandContext, engine
from synergy_chassis.store.migrate import migrate
from synergy_local.servers.testbed import FreshDatabase, fresh_database

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSWORD = "correct horse battery"
MEMORY_KIB = 1024
"""A fraction of what a hash takes in the service, for there are many."""
HOME = Client(address="203.0.113.5", user_agent="pytest")


@dataclass
class Person:
    """Acts on auth as clients do, through the application."""

    app: Auth
    clock: FixedClock
    pair: dict[str, Any] = field(default_factory=dict)
    office: PostOffice | None = None

    def register(
        self, name: str = "ann", *, email: str | None = None, password: str = PASSWORD, command_id: UUID | None = None
    ) -> dict[str, Any]:
        profile = Profile(username=name, email=email or f"{name}@example.com", first_name="Ann", last_name="Ng")
        return self.app.register(Register(profile=profile, password=password, client=HOME), context(command_id))

    def login(self, name: str = "ann", password: str = PASSWORD, *, address: str = HOME.address) -> dict[str, Any]:
        return self.app.login(Login(name=name, password=password, client=replace(HOME, address=address)))

    def refresh(self, token: str) -> dict[str, str]:
        return self.app.do(handlers.refresh_tokens, RefreshTokens(refresh=token, client=HOME), context())

    def update(self, user_id: int, *, command_id: UUID | None = None, **changes: str) -> dict[str, Any]:
        return self.app.update_profile(UpdateProfile(user_id=user_id, changes=changes), context(command_id))

    def passes(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))

    def rows(self, query: str, **parameters: Any) -> list[Any]:
        with self.app.uow.reading() as rows:
            return list(rows.execute(text(query), parameters).all())

    def write(self, statement: str, **parameters: Any) -> None:
        with self.app.uow.writing() as rows:
            rows.execute(text(statement), parameters)

    def security_log(self) -> list[str]:
        return [row.kind for row in self.rows("SELECT kind FROM security_events ORDER BY id")]


def context(command_id: UUID | None = None) -> CommandContext:
    return CommandContext(command_id=command_id or new_id(), actor_id=None, request_id="test")


@pytest.fixture(scope="session")
def template(_postgres) -> Iterator[FreshDatabase]:
    """A database with auth's tables and nothing in them, to be copied."""
    with fresh_database(_postgres) as database:
        migrate(package="synergy_auth", migration_url=database.owner_url, database_url=database.service_url)
        yield database


@contextmanager
def copied(template: FreshDatabase, admin_url: str) -> Iterator[FreshDatabase]:
    """A database with auth's tables, as long as the block."""
    name = f"{template.name}_{token_hex(4)}"
    admin = create_engine(
        make_url(admin_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template.name}" OWNER "{template.owner}"'))
    urls = {
        field: make_url(getattr(template, field)).set(database=name).render_as_string(hide_password=False)
        for field in ("owner_url", "service_url")
    }
    yield replace(template, name=name, **urls)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def _migrated(template, postgres) -> Iterator[FreshDatabase]:
    with copied(template, postgres) as database:
        yield database


@pytest.fixture(scope="session")
def _emptied(_migrated, postgres) -> Iterator[Callable[[], None]]:
    since_now = "UPDATE public.notice_sources SET since = now()"
    emptying = Emptying(postgres, _migrated.name, staying="notice_sources", again=since_now)
    yield emptying
    emptying.close()


@pytest.fixture
def migrated(_migrated, _emptied) -> FreshDatabase:
    """The database that all tests share, as auth's migrations leave it."""
    _emptied()
    return _migrated


@pytest.fixture(scope="session")
def pool(_migrated) -> Iterator[Engine]:
    """Connections to it, which know its tables: it is they that cost."""
    pool = engine(_migrated.service_url, pool_size=3 * POOL_SIZE, application_name="auth")
    yield pool
    pool.dispose()


def settings_for(database: FreshDatabase) -> Settings:
    return Settings(
        database_url=database.service_url,
        amqp_url="amqp://unused",
        secret_key="a secret key for the tests, long enough",
        rate_register=None,
    )


@pytest.fixture
def settings(migrated) -> Settings:
    return settings_for(migrated)


def replica(settings: Settings, pool: Engine, *, clock: FixedClock | None = None, execute: Execute = here) -> Person:
    clock = clock or FixedClock(START)
    argon2id = Argon2Hashes(execute, memory_kib=MEMORY_KIB)
    return Person(build(settings, clock=clock, argon2id=argon2id, database=pool), clock)


@pytest.fixture
def built(settings, pool) -> Callable[..., Person]:
    """Builds further replicas of auth on the same database, with other settings or hashing where wanted."""

    def make(*, clock: FixedClock | None = None, execute: Execute = here, **changes: Any) -> Person:
        return replica(replace(settings, **changes), pool, clock=clock, execute=execute)

    return make


@pytest.fixture
def auth(built) -> Person:
    return built()


@pytest.fixture
def ann(auth) -> Person:
    """Ann, signed in with `pair`."""
    auth.pair = auth.register("ann")
    return auth


@pytest.fixture
def root(auth) -> dict[str, Any]:
    """The pair of a superuser who is signed in."""
    auth.register("root")
    auth.write("UPDATE users SET is_superuser = true WHERE username = 'root'")
    return auth.login("root")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server."""
    with post_office() as office:
        yield office


@pytest.fixture
def posted(built, office) -> Person:
    """Ann, to whom and from whom mail really goes: by `office`."""
    mail = MailSettings(
        backend="smtp", host="127.0.0.1", port=office.port, sender="SynergyOS <noreply@example.com>",
        public_url="https://synergy.example",
    )  # fmt: skip
    auth = built(mail=mail)
    auth.pair = auth.register("ann")
    auth.office = office
    return auth
