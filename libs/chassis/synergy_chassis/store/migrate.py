"""
Brings a service's database up to date: alembic, run from the program, without an alembic.ini or env.py.

A service keeps its revisions in `<package>/migrations/versions/*.py`, packaged with it. The first one makes the store:

    from alembic import op
    from synergy_chassis.store.migrate import create_store, service_role

    revision = "0001"
    down_revision = None

    def upgrade() -> None:
        create_store()                                     # schema `store`: log, functions, grants
        op.create_table("accounts", ...)                   # then the service's own tables

Tables and sequences that revisions make in schema `public` are granted to the service role by themselves (SELECT,
INSERT, UPDATE, DELETE; USAGE); a revision takes back what is too much, with `service_role()` as the name. Types and
functions are used through PUBLIC's defaults. All pending revisions run in one transaction, forward only.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

import structlog
from alembic import context, op
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from synergy_chassis.clock import SystemClock
from synergy_chassis.store.append import Batch, record
from synergy_chassis.store.ddl import store_ddl
from synergy_chassis.store.engine import driver, engine, translated
from synergy_chassis.store.errors import StoreUnavailable
from synergy_chassis.store.events import NewEvent

_LOCK: Final = 1398362703
_LONGEST_WAIT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Migrated:
    """The revision before and after; equal when there was nothing to do. `before` is None for an empty database."""

    before: str | None
    after: str | None


def migrate(
    *,
    package: str,
    migration_url: str,
    service_role: str | None = None,
    database_url: str | None = None,
    patience: float = 60.0,
    sleep: Callable[[float], None] = time.sleep,
) -> Migrated:
    """
    Run the revisions of `package` (its folder `migrations`) that the database lacks, as `migration_url`'s owner role.

    The service role is `service_role`, or the user of `database_url`. Two migrators queue for one lock. Waits up to
    `patience` seconds for the database, asking at least once a second; then raises StoreUnavailable.
    """
    role = service_role or (make_url(database_url).username if database_url else None)
    if not role:
        raise ValueError("Give the service role, or a database URL with a user in it.")
    owner = engine(migration_url, pool_size=1, application_name=f"{package} migrate", patient=True)
    try:
        with (
            as_file(files(package) / "migrations") as folder,
            wait_for(owner.connect, patience=patience, sleep=sleep) as connection,
        ):
            return _upgrade(connection, folder, role)
    finally:
        owner.dispose()


def wait_for(
    connect: Callable[[], Connection], *, patience: float, sleep: Callable[[float], None] = time.sleep
) -> Connection:
    """
    A connection; asks again after at most a second, for up to `patience` seconds, then raises StoreUnavailable. What
    it waits for is logged once, and again when that changes.
    """
    waited, pause, told = 0.0, 0.1, ""
    while True:
        try:
            with translated():
                return connect()
        except StoreUnavailable as error:
            if waited >= patience:
                raise
            if (detail := str(error).splitlines()[0]) != told:
                structlog.get_logger().warning("waiting for the database", detail=detail)
                told = detail
            sleep(pause)
            waited, pause = waited + pause, min(pause * 2, _LONGEST_WAIT)


def _upgrade(connection: Connection, folder: Path, role: str) -> Migrated:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["service_role"] = role
    script = ScriptDirectory.from_config(config)
    steps: list[Any] = []

    def upgrade(revision: Any, _: Any) -> list[Any]:
        steps[:] = [revision[0] if revision else None]
        return script._upgrade_revs("heads", revision)

    with EnvironmentContext(config, script, fn=upgrade) as environment, connection.begin():
        environment.configure(connection=connection, transactional_ddl=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        for statement in _default_grants(role):
            connection.exec_driver_sql(statement)
        environment.run_migrations()
        connection.exec_driver_sql(f'REVOKE ALL ON alembic_version FROM "{role}"')
        connection.exec_driver_sql(f'GRANT SELECT ON alembic_version TO "{role}"')
    return Migrated(before=steps[0] if steps else None, after=script.get_current_head())


def _default_grants(role: str) -> tuple[str, ...]:
    return (
        f'GRANT USAGE ON SCHEMA public TO "{role}"',
        f'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{role}"',
        f'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO "{role}"',
    )


def service_role() -> str:
    """Inside a revision: the role that the service itself connects as."""
    role: str = context.config.attributes["service_role"]
    return role


def rebuilt_beside(model: str, *tables: str) -> None:
    """Inside a revision: a rebuild of `model` may fill these tables anew beside the ones that serve, and swap them."""
    made = text("INSERT INTO store.generations (table_name, model) VALUES (:table_name, :model)")
    for table in tables:
        op.get_bind().execute(made, {"table_name": table, "model": model})


def create_store() -> None:
    """Inside the first revision: make the store, as it is today."""
    _run(store_ddl(service_role=service_role()))


def add_to_store(*parts: str) -> None:
    """
    Inside a later revision: make `parts` of the store (store/sql/<part>.sql) where the store was made without them.

    Where it was made with them they are made again, so their statements must be such that nothing comes of that.
    """
    _run(store_ddl(service_role=service_role(), parts=parts))


def append_in_revision(stream: str, event: NewEvent) -> None:
    """
    Inside a revision: store a fact that was true before, and that no event tells; as of the stream's last event, for
    nothing happens now.
    """
    last = op.get_bind().exec_driver_sql("SELECT max(recorded_at) FROM store.events WHERE stream = %s", (stream,))
    at, meta = (
        last.scalar() or SystemClock().now(),
        {"actor_id": None, "command_id": None, "request_id": None, "traceparent": None},
    )
    facts = record([event], stream=stream, after=0, at=at, meta=meta)
    batch = Batch(
        stream=stream, mode="any", expected=None, command_id=None, outcome={}, recorded_at=at, meta=meta, events=facts
    )
    driver(op.get_bind()).execute(*batch.call())


def _run(statements: Iterable[str]) -> None:
    bind = op.get_bind()
    for statement in statements:
        bind.exec_driver_sql(statement.replace("%", "%%"))
