"""Auth's tables are brought up to date while people sign in."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import psycopg
import pytest
from integration.auth.acting import waiting

from synergy_chassis.clock import FixedClock, new_id
from synergy_chassis.store import CommandContext, NewEvent, UnitOfWork, engine
from synergy_chassis.store.migrate import migrate
from synergy_chassis.store.verify import verify
from synergy_local.servers.testbed import FreshDatabase, fresh_database


@pytest.fixture
def yesterday(_postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FreshDatabase]:
    """A database at revision 0008."""
    versions = tmp_path / "auth_of_yesterday" / "migrations" / "versions"
    versions.mkdir(parents=True)
    (tmp_path / "auth_of_yesterday" / "__init__.py").touch()
    with as_file(files("synergy_auth") / "migrations" / "versions") as folder:
        for revision in folder.glob("000[1-8]_*.py"):
            shutil.copy(revision, versions)
    monkeypatch.syspath_prepend(tmp_path)
    with fresh_database(_postgres) as database:
        done = migrate(package="auth_of_yesterday", migration_url=database.owner_url, database_url=database.service_url)
        assert "0008" == done.after
        yield database


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(("sessions", "security_events", "mails"), id="as_logins_and_warnings_do"),
        pytest.param(("mails", "security_events", "sessions"), id="as_changes_of_profiles_do"),
        pytest.param(("security_events", "mails", "sessions"), id="otherwise"),
    ],
)
def test_whoever_holds_some_tables_and_wants_the_others_gets_them_and_the_migration_ends(yesterday, order) -> None:
    first, *others = order
    with (
        psycopg.connect(yesterday.owner_url, autocommit=True) as watching,
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(yesterday.service_url) as request,
    ):
        request.execute(f"INSERT INTO {first} SELECT * FROM {first} WHERE false")
        migrating = pool.submit(
            migrate,
            package="synergy_auth",
            migration_url=yesterday.owner_url,
            database_url=yesterday.service_url,
        )
        waiting(watching, 1)
        for table in others:
            request.execute(f"INSERT INTO {table} SELECT * FROM {table} WHERE false")
        request.commit()

        assert migrating.result().before == "0008"


A_SUPERUSER = """
    INSERT INTO users (id, username, username_key, email, email_key, password_hash, first_name, last_name, bio,
                       location, phone, company, timezone, is_active, is_superuser, created_at, updated_at)
    VALUES (7, 'root', 'root', 'r@example.com', 'r@example.com', '', '', '', '', '', '', '', 'UTC', true, %s,
            now(), now())
"""


SINCE = "SELECT data, recorded_at FROM store.events WHERE stream = %s AND version > 1 ORDER BY version"


def a_day_ago(database: FreshDatabase, stream: str) -> datetime:
    """An event of the stream, recorded a day ago; when that was."""
    clock = FixedClock(datetime.now(UTC) - timedelta(days=1))
    pool = engine(database.service_url, pool_size=2, application_name="tests")
    event = NewEvent(type="user.registered", schema_version=1, entity=stream, data={"user_id": 7})
    context = CommandContext(command_id=new_id(), actor_id=None, request_id="test")
    with UnitOfWork(pool, clock).stream(stream, context, creates=True) as opened:
        opened.append([event], outcome={}, rows=lambda _recorded, _writer: None)
    pool.dispose()
    return clock.now()


@pytest.mark.parametrize(("superuser", "told"), [(True, [{"user_id": 7, "is_superuser": True}]), (False, [])])
def test_superusers_of_whom_no_event_tells_are_told_of_once(yesterday, superuser, told) -> None:
    with psycopg.connect(yesterday.owner_url, autocommit=True) as database:
        database.execute(A_SUPERUSER, [superuser])
        opened = a_day_ago(yesterday, "user-7")
        for _ in range(2):
            migrate(package="synergy_auth", migration_url=yesterday.owner_url, database_url=yesterday.service_url)
        found = database.execute(SINCE, ["user-7"]).fetchall()

    assert [(data, opened) for data in told] == found  # nothing happened today
    log = engine(yesterday.service_url, pool_size=2, application_name="tests")
    assert verify(log).ok
    log.dispose()
