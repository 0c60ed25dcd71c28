"""Migrations run from the program: from nothing, again, two at once, and with a database that comes late."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forking
import psycopg
import pytest
from structlog.testing import capture_logs

from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import Appender, CommandContext, NewEvent, StoreUnavailable, engine
from synergy_chassis.store.migrate import Migrated, migrate

FIRST = """
import sqlalchemy as sa
from alembic import op
from synergy_chassis.store.migrate import create_store, service_role

revision = "0001"
down_revision = None

def upgrade() -> None:
    create_store()
    op.create_table("accounts", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("name", sa.Text))
"""
SECOND = """
from alembic import op

revision = "0002"
down_revision = "0001"

def upgrade() -> None:
    op.execute("ALTER TABLE accounts ADD COLUMN email text")
"""
ADDING = """
from synergy_chassis.store.migrate import add_to_store

revision = "0002"
down_revision = "0001"

def upgrade() -> None:
    add_to_store("append_one")
"""
RIGHTS = """
    SELECT has_function_privilege(%s, 'store.append_one'::regproc, 'EXECUTE')
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "migrated_service"
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "migrations" / "versions" / "0001_store.py").write_text(FIRST)
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    sys.modules.pop("migrated_service", None)


def run(database: Any) -> Migrated:
    return migrate(package="migrated_service", migration_url=database.owner_url, database_url=database.service_url)


def test_only_what_lacks_is_run(package: Path, database: Any) -> None:
    assert Migrated(None, "0001") == run(database)
    assert Migrated("0001", "0001") == run(database)
    (package / "migrations" / "versions" / "0002_email.py").write_text(SECOND)
    assert Migrated("0001", "0002") == run(database)


def test_the_service_may_use_the_tables_and_not_the_history_of_revisions(package: Path, database: Any) -> None:
    run(database)
    with psycopg.connect(database.service_url) as service:
        service.execute("INSERT INTO accounts VALUES (1, 'a')")
        service.execute("UPDATE accounts SET name = 'b'")
        service.execute("SELECT FROM store.read_after(0, 1)")
        service.execute("DELETE FROM accounts")
        assert service.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        service.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute("DELETE FROM alembic_version")


@pytest.mark.parametrize("made_without_it", [True, False])
def test_a_part_that_is_new_comes_to_the_stores_that_lack_it(package: Path, database: Any, made_without_it) -> None:
    run(database)
    with psycopg.connect(database.owner_url) as owner:
        if made_without_it:
            owner.execute("DROP FUNCTION store.append_one")
    (package / "migrations" / "versions" / "0002_append_one.py").write_text(ADDING)
    assert Migrated("0001", "0002") == run(database)

    opened = engine(database.service_url, application_name="migrated")
    appender = Appender(opened, SystemClock())
    for number in range(2):
        context = CommandContext(command_id=new_id(), actor_id=None, request_id=None)
        event = NewEvent(type="thing.happened", schema_version=1, entity="thing-1", data={"number": number})
        assert [number + 1] == [event.version for event in appender.append("thing-1", [event], context).events]
    opened.dispose()
    with psycopg.connect(database.owner_url) as owner:
        assert owner.execute(RIGHTS, ("public",)).fetchall() == [(False,)]


def test_a_revision_that_fails_leaves_nothing_behind(package: Path, database: Any) -> None:
    (package / "migrations" / "versions" / "0002_email.py").write_text(SECOND.replace("accounts", "nowhere"))
    with pytest.raises(Exception, match="nowhere"):
        run(database)
    with psycopg.connect(database.owner_url) as owner:
        assert owner.execute("SELECT to_regclass('accounts')").fetchone() == (None,)


def test_two_migrators_queue(package: Path, database: Any, tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from synergy_chassis.store.migrate import migrate\n"
        "print(migrate(package='migrated_service', migration_url=sys.argv[2], database_url=sys.argv[3]).before)"
    )
    command = ["-c", program, str(package.parent), database.owner_url, database.service_url]
    said = [tmp_path / "one", tmp_path / "other"]
    with said[0].open("w") as one, said[1].open("w") as other:
        both = [forking.start(command, env=os.environ, out=out.fileno(), err=2) for out in (one, other)]
        assert [0, 0] == [process.wait(60) for process in both]
    assert sorted(answer.read_text().strip() for answer in said) == ["0001", "None"]


def test_a_database_that_does_not_come_is_given_up_on(package: Path) -> None:
    pauses: list[float] = []
    url = "postgresql://somebody@127.0.0.1:1/none"
    with capture_logs() as logged, pytest.raises(StoreUnavailable):
        migrate(package="migrated_service", migration_url=url, service_role="x", patience=5, sleep=pauses.append)
    assert 5 <= sum(pauses) <= 6
    assert max(pauses) == 1
    assert [("warning", "waiting for the database")] == [(line["log_level"], line["event"]) for line in logged]
