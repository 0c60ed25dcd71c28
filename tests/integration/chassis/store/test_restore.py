"""A database that is dumped, written on, and restored to that earlier time, under a consumer that had gone further."""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import sqlalchemy as sa
from integration.chassis.store.conftest import Store, command, happened, no_rows
from psycopg.conninfo import make_conninfo

from synergy_chassis.clock import FixedClock, SystemClock
from synergy_chassis.follower import Follower, Patience
from synergy_chassis.reconciling import reconcile
from synergy_chassis.store import EventLog, UnitOfWork, engine, store_ddl
from synergy_chassis.store.restored_command import run_restored
from synergy_chassis.store.tally import tally
from synergy_chassis.store.verify import verify
from synergy_contracts.envelope import EventsPage, Head, StoredEvent, Tally
from synergy_local.servers.testbed import FreshDatabase, fresh_database

FOLD: Final = sa.text("INSERT INTO names (stream, name) VALUES (:stream, :event) ON CONFLICT DO NOTHING")


@dataclass
class Owner:
    """The followed service, whose database is dumped and restored while the follower holds on to its address."""

    database: FreshDatabase
    admin_url: str
    programs: Path
    dump: Path

    def open(self) -> None:
        self.engine = engine(self.database.service_url, application_name="owner")
        self.log, self.uow = EventLog(self.engine), UnitOfWork(self.engine, SystemClock())

    def happens(self, stream: str, number: int) -> None:
        new = not list(self.log.stream(stream))
        with self.uow.stream(stream, command(), creates=new) as locked:
            locked.append([happened(number)], outcome={}, rows=no_rows)

    def back_up(self) -> None:
        self._run("pg_dump", "--format=custom", f"--file={self.dump}", self._admin_of_it())

    def restore(self) -> None:
        self.engine.dispose()
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{self.database.name}" WITH (FORCE)')
            admin.execute(f'CREATE DATABASE "{self.database.name}" OWNER "{self.database.owner}"')
        self._run("pg_restore", f"--dbname={self._admin_of_it()}", "--exit-on-error", str(self.dump))
        self.open()

    def says_restored(self) -> int:
        owner = engine(self.database.owner_url, application_name="restored", pool_size=1)
        try:
            return run_restored(owner, service="things")
        finally:
            owner.dispose()

    def sums(self) -> dict[str, int]:
        """The fold of its log."""
        sums: dict[str, int] = {}
        for event in self.log.after(0).events:
            sums[event.stream] = sums.get(event.stream, 0) + event.data["number"]
        return sums

    def head(self) -> Head:
        return self.log.head()

    def events_after(self, position: int, limit: int) -> EventsPage:
        return self.log.after(position, limit)

    def tally(self, position: int) -> Tally:
        return tally(self.engine, position)

    def _admin_of_it(self) -> str:
        return make_conninfo(self.admin_url, dbname=self.database.name)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([str(self.programs / program), *arguments], check=True, capture_output=True)


@dataclass
class Consumer:
    """Folds the events of the owner into sums, in a database of its own."""

    store: Store
    owner: Owner
    lost: list[int] = field(default_factory=list)
    heard: list[tuple[int, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.follower = Follower(
            self.store.engine, consumer="consumer", source="things", owner=self.owner, apply=self.apply,
            lost=self.take_back, patience=Patience(total=timedelta(0)),
        )  # fmt: skip

    def apply(self, events: Sequence[StoredEvent], rows: sa.Connection) -> None:
        held = rows.execute(sa.text("SELECT taken_before FROM store.positions")).scalar_one()
        for event in events:
            rows.execute(FOLD, {"stream": event.stream, "event": f"{event.position} {event.data['number']}"})
            self.heard.append((event.position, event.position <= held))

    def take_back(self, after: int, rows: sa.Connection) -> None:
        self.lost.append(after)
        rows.execute(sa.text("DELETE FROM names"))

    def sums(self) -> dict[str, int]:
        with self.store.uow.reading() as rows:
            folded = rows.execute(sa.text("SELECT stream, split_part(name, ' ', 2)::int AS number FROM names"))
            sums: dict[str, int] = {}
            for row in folded:
                sums[row.stream] = sums.get(row.stream, 0) + row.number
            return sums

    def reconciled(self) -> list[Any]:
        report = reconcile(self.store.engine, service="consumer", owners={self.follower.place: self.owner})
        return report.findings


@pytest.fixture
def owner(_postgres: Any, postgres: str, tmp_path: Path) -> Iterator[Owner]:
    with fresh_database(_postgres) as database:
        with psycopg.connect(database.owner_url) as connection:
            for statement in store_ddl(service_role=database.service):
                connection.execute(statement)
            connection.execute("CREATE SEQUENCE thing_ids")
            connection.execute("CREATE SEQUENCE never_used")
        owner = Owner(database, postgres, _postgres.programs_folder, tmp_path / "things.dump")
        owner.open()
        yield owner
        owner.engine.dispose()


@pytest.fixture
def consumer(store: Store, owner: Owner) -> Consumer:
    for number in range(6):
        owner.happens(f"thing-{number % 2}", number)
    owner.back_up()
    for number in range(6, 10):
        owner.happens(f"thing-{number % 3}", number)
    consumer = Consumer(store, owner)
    consumer.follower.take([])
    assert owner.sums() == consumer.sums()
    return consumer


def test_a_consumer_that_went_further_is_told_what_it_had_taken_and_ends_equal_to_the_restored_log(
    consumer: Consumer, owner: Owner
) -> None:
    owner.restore()
    with psycopg.connect(owner.database.owner_url) as connection:
        connection.execute("SELECT nextval('thing_ids') FROM generate_series(1, 7)")
        connection.execute("SELECT store.relay_acquire('before', 60)")
    before = owner.head()
    assert 0 == owner.says_restored()
    for number in (100, 200):
        owner.happens("thing-0", number)
    consumer.heard.clear()
    consumer.follower.take([])

    assert {"thing-0": 0 + 2 + 4 + 100 + 200, "thing-1": 1 + 3 + 5} == owner.sums() == consumer.sums()
    assert [6] == consumer.lost
    assert [(position, True) for position in range(1, 7)] == consumer.heard[:6]
    assert [False, False] == [before for _, before in consumer.heard[6:]]
    assert [] == consumer.reconciled()
    assert verify(owner.engine).ok
    assert_positions_and_ids_jumped_ahead_and_who_published_before_does_no_more(owner, before)


def assert_positions_and_ids_jumped_ahead_and_who_published_before_does_no_more(owner: Owner, before: Head) -> None:
    assert before.epoch != owner.head().epoch
    assert owner.head().position > 6 + 1_000_000_000
    with psycopg.connect(owner.database.owner_url) as connection:
        used, never_used = connection.execute("SELECT nextval('thing_ids'), nextval('never_used')").fetchone() or ()
        assert (used > 1_000_007, never_used > 1_000_001) == (True, True), "it may have been used since the backup"
        assert connection.execute("SELECT store.relay_renew(1, 60)").fetchone() == (False,)
        assert connection.execute("SELECT holder, token FROM store.relay").fetchone() == (None, 2)


def test_an_event_of_the_new_epoch_that_the_bus_brings_makes_it_resynchronise(consumer: Consumer, owner: Owner) -> None:
    owner.restore()
    owner.says_restored()
    owner.happens("thing-0", 100)
    consumer.follower.take(owner.log.after(6).events)

    assert owner.sums() == consumer.sums()


def test_what_was_parked_and_is_no_more_is_forgotten_and_the_rest_comes_again(consumer: Consumer, owner: Owner) -> None:
    consumer.store.admin(
        "INSERT INTO store.parked (consumer, source, position, stream, event, error) "
        "VALUES ('consumer', 'things', 4, 'thing-1', '{}', ''), ('consumer', 'things', 8, 'thing-1', '{}', '')"
    )
    owner.restore()
    owner.says_restored()
    consumer.heard.clear()
    consumer.follower.take([])

    assert 0 == consumer.follower.parked()
    taken_before = [position for position, before in consumer.heard if before]
    assert [1, 2, 3] == taken_before, "from the parked event on, what was to be done may not have been done"
    assert owner.sums() == consumer.sums()


def test_a_restore_that_nobody_told_of_is_found_by_a_log_that_ends_before_what_is_held(
    consumer: Consumer, owner: Owner
) -> None:
    owner.restore()
    consumer.heard.clear()
    consumer.follower.take([])

    assert owner.sums() == consumer.sums()
    assert [6] == consumer.lost
    assert not any(before for _, before in consumer.heard), "nobody knows whether these are the events it had taken"


def test_a_last_event_that_lies_in_the_future_makes_no_position_and_no_id_come_again(
    consumer: Consumer, owner: Owner
) -> None:
    ahead = UnitOfWork(owner.engine, FixedClock(datetime(2040, 1, 1, tzinfo=UTC)))
    with ahead.stream("thing-0", command()) as locked:
        locked.append([happened(7)], outcome={}, rows=no_rows)
    owner.back_up()
    seen: list[tuple[int, int]] = []
    for _ in range(2):
        owner.restore()
        owner.says_restored()
        owner.happens("thing-1", 1)
        with psycopg.connect(owner.database.owner_url) as connection:
            (number,) = connection.execute("SELECT nextval('thing_ids')").fetchone() or ()
        seen.append((owner.head().position, number))

    assert seen[0][0] < seen[1][0]
    assert seen[0][1] < seen[1][1]


def test_the_same_backup_restored_twice_gives_no_position_and_no_id_twice(consumer: Consumer, owner: Owner) -> None:
    ids: list[int] = []
    for number in (100, 200):
        owner.restore()
        with psycopg.connect(owner.database.owner_url) as connection:
            connection.execute("SELECT nextval('thing_ids')")
        owner.says_restored()
        owner.happens("thing-0", number)
        with psycopg.connect(owner.database.owner_url) as connection:
            ids += connection.execute("SELECT nextval('thing_ids')").fetchone() or ()
        consumer.heard.clear()
        consumer.follower.take([])

    assert ids[0] < ids[1]
    assert [False] == [before for _, before in consumer.heard[6:]], "what is new was not taken before"
    assert owner.sums() == consumer.sums()
    assert consumer.lost == [6, 6]
