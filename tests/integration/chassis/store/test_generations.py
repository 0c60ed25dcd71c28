"""Rows that follow another store are made anew beside the ones that serve; the swap misses nothing, repeats nothing."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from integration.chassis.store.conftest import Store, happened
from integration.chassis.store.consumers import Owner
from msgspec.structs import replace
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.follower import Follower, Patience
from synergy_chassis.generations import FollowingModel, generation, rebuild_following
from synergy_chassis.health import models_health
from synergy_chassis.store import StoreUnavailable, engine, positions
from synergy_contracts.envelope import EventsPage, StoredEvent

COUNTS = sa.Table(
    "counts",
    sa.MetaData(),
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("events", sa.BigInteger, nullable=False),
    sa.Column("last", sa.BigInteger, nullable=False),
)
"""One row a stream: an event that is missed or applied twice shows in `events`."""
PLACE = positions.Place(consumer="counter", source="things")
DDL = """
    DROP TABLE IF EXISTS counts, generation.counts;
    CREATE TABLE counts (stream text PRIMARY KEY, events bigint NOT NULL, last bigint NOT NULL, number bigserial)
        WITH (fillfactor = 50);
    CREATE INDEX counts_by_last ON counts (last) WHERE events > 1;
    GRANT SELECT, INSERT, UPDATE, DELETE ON counts TO {service};
    GRANT USAGE ON counts_number_seq TO {service};
    INSERT INTO store.generations VALUES ('counts', 'counts') ON CONFLICT DO NOTHING
"""


class Interrupting(Owner):
    """An owner after whose second page the power fails."""

    def events_after(self, position: int, limit: int) -> EventsPage:
        if len(self.asked) == 2:
            raise KeyboardInterrupt
        return super().events_after(position, min(limit, 4))


class Counting:
    """The service: a follower that counts, and sends a letter for each event."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.letters: list[int] = []
        self.poison: set[int] = set()
        self.owner = Owner(store.log)
        self.follower = Follower(
            store.engine, **PLACE.fields(), owner=self.owner, apply=self.serve, patience=Patience(total=timedelta(0))
        )

    def serve(self, events: Sequence[StoredEvent], rows: sa.Connection) -> None:
        self.count(events, rows)
        self.letters += [event.position for event in events]

    def count(self, events: Sequence[StoredEvent], rows: sa.Connection) -> None:
        statement = insert(COUNTS)
        more = {"events": COUNTS.c.events + 1, "last": statement.excluded["last"]}
        for event in events:
            if event.data["number"] in self.poison:
                raise ValueError("poisoned")
            row = {"stream": event.stream, "events": 1, "last": event.data["number"]}
            rows.execute(statement.on_conflict_do_update(index_elements=["stream"], set_=more), row)

    def model(self, owner: Owner | None = None) -> FollowingModel:
        return FollowingModel(name="counts", place=PLACE, tables=(COUNTS,), owner=owner or self.owner, apply=self.count)

    def rows(self) -> dict[str, tuple[int, int]]:
        with self.store.uow.reading() as rows:
            return {row.stream: (row.events, row.last) for row in rows.execute(sa.select(COUNTS))}

    def wrong(self) -> None:
        """Damage: a row too many, one too few, one that lies."""
        with self.store.uow.writing() as rows:
            rows.execute(sa.delete(COUNTS).where(COUNTS.c.stream == "thing-0"))
            rows.execute(sa.update(COUNTS).where(COUNTS.c.stream == "thing-1").values(events=99))
            rows.execute(sa.insert(COUNTS).values(stream="invented", events=1, last=1))

    def left_over(self) -> bool:
        with self.store.uow.reading() as rows:
            return rows.execute(sa.text("SELECT to_regclass('generation.counts') IS NOT NULL")).scalar_one()


@pytest.fixture
def counting(store: Store, store_database) -> Counting:
    with psycopg.connect(store_database.owner_url, autocommit=True) as owner:
        owner.execute(DDL.format(service=store_database.service))
    for number in range(12):
        store.append(f"thing-{number % 3}", happened(number))
    counting = Counting(store)
    counting.follower.take([])
    return counting


@pytest.fixture
def patient(counting: Counting) -> Iterator[Engine]:
    """As the command line opens the database."""
    opened = engine(counting.store.url, pool_size=5, application_name="rebuild", patient=True)
    yield opened
    opened.dispose()


RIGHT = {"thing-0": (4, 9), "thing-1": (4, 10), "thing-2": (4, 11)}


def test_what_is_right_is_left_alone(counting: Counting) -> None:
    report = rebuild_following(counting.store.engine, counting.model())

    assert (report.ok, report.events) == (True, 12)
    assert counting.rows() == RIGHT
    assert not counting.left_over()


def test_a_check_names_what_differs_changes_nothing_and_waits_for_no_follower(counting: Counting) -> None:
    counting.wrong()
    before = counting.rows()
    with counting.store.uow.writing() as busy:
        positions.lock(busy, PLACE)
        report = rebuild_following(counting.store.engine, counting.model(), check=True)

    expected = [("different", "thing-1", ("events",)), ("extra", "invented", ()), ("missing", "thing-0", ())]
    assert expected == sorted((found.kind, found.key["stream"], found.columns) for found in report.differences)
    assert counting.rows() == before
    assert not counting.left_over()


def test_a_rebuild_swaps_the_tables_and_repeats_no_side_effect(counting: Counting, store_database) -> None:
    def shape() -> list[object]:
        with psycopg.connect(store_database.owner_url) as owner:
            query = (
                "SELECT indexname, replace(indexdef, 'generation.', 'public.') FROM pg_indexes "
                "WHERE tablename = 'counts' UNION ALL "
                "SELECT relacl::text, reloptions::text FROM pg_class WHERE oid = 'public.counts'::regclass ORDER BY 1"
            )
            return owner.execute(query).fetchall()

    before = shape()
    counting.wrong()
    assert rebuild_following(counting.store.engine, counting.model()).count == 3
    assert counting.rows() == RIGHT
    assert counting.letters == list(range(1, 13))
    assert shape() == before

    counting.store.append("thing-1", happened(12))
    counting.follower.take([])
    assert counting.rows() == RIGHT | {"thing-1": (5, 12)}
    assert counting.letters == list(range(1, 14))


def test_while_events_go_on_none_is_missed_or_applied_twice(counting: Counting, patient: Engine) -> None:
    stop = threading.Event()
    errors: list[BaseException] = []

    def until_stopped(work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                while not stop.wait(0.01):
                    work()
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    threads = [
        until_stopped(lambda: counting.store.append("thing-0", happened(0))),
        until_stopped(lambda: counting.store.append("thing-1", happened(1))),
        until_stopped(lambda: counting.follower.take([])),
    ]
    try:
        for _ in range(2):
            counting.wrong()
            assert rebuild_following(patient, counting.model()).count >= 1
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    counting.follower.take([])

    assert errors == []
    assert {name: row[0] for name, row in counting.rows().items()} == {
        name: counting.store.version(name) for name in RIGHT
    }
    assert counting.letters == [event.position for event in counting.store.log.after(0, 100_000).events]


def test_an_interrupted_rebuild_goes_on_where_it_stopped(counting: Counting) -> None:
    counting.wrong()
    with pytest.raises(KeyboardInterrupt):
        rebuild_following(counting.store.engine, counting.model(Interrupting(counting.store.log)))
    damaged = counting.rows()
    assert damaged["thing-1"] == (99, 10)
    owner = Owner(counting.store.log)
    report = rebuild_following(counting.store.engine, counting.model(owner))

    assert report.resumed_at == 8
    assert owner.asked[0] == 8
    assert counting.rows() == RIGHT
    with pytest.raises(KeyboardInterrupt):
        rebuild_following(counting.store.engine, counting.model(Interrupting(counting.store.log)))
    assert rebuild_following(counting.store.engine, counting.model(), anew=True).resumed_at is None


def test_what_other_code_has_filled_is_not_gone_on_with(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    counting.wrong()
    with pytest.raises(KeyboardInterrupt):
        rebuild_following(counting.store.engine, counting.model(Interrupting(counting.store.log)))
    monkeypatch.setattr(generation, "fold_version", lambda apply: "of the mended code")
    owner = Owner(counting.store.log)
    report = rebuild_following(counting.store.engine, counting.model(owner))

    assert (report.resumed_at, report.begun_anew) == (None, "the code has changed since")
    assert owner.asked[0] == 0
    assert counting.rows() == RIGHT


def test_an_owner_that_is_restored_meanwhile_ends_a_rebuild(counting: Counting) -> None:
    class Restored(Owner):
        def events_after(self, position: int, limit: int) -> EventsPage:
            return replace(super().events_after(position, limit), epoch="another")

    counting.wrong()
    damaged = counting.rows()
    with pytest.raises(StoreUnavailable, match="restored meanwhile"):
        rebuild_following(counting.store.engine, counting.model(Restored(counting.store.log)))
    assert counting.rows() == damaged


def test_a_poisoned_event_parks_its_stream_and_the_old_rows_go_on_serving(counting: Counting) -> None:
    counting.wrong()
    damaged = counting.rows()
    counting.poison = {4}
    report = rebuild_following(counting.store.engine, counting.model())

    assert [("thing-1", 2, "thing.happened")] == [(one.stream, one.version, one.type) for one in report.parked]
    assert "poisoned" in report.parked[0].error
    assert counting.rows() == damaged
    assert models_health(counting.store.engine).detail == "1 stream cannot be rebuilt."
    counting.poison = set()
    owner = Owner(counting.store.log)
    assert rebuild_following(counting.store.engine, counting.model(owner)).count == 3
    assert owner.asked == []
    assert counting.rows() == RIGHT
    assert models_health(counting.store.engine).detail is None


def test_what_the_follower_has_parked_is_left_out_until_it_is_replayed(counting: Counting) -> None:
    counting.poison = {12}
    for number in (12, 13):
        counting.store.append("thing-0", happened(number))
    counting.follower.take([])
    counting.wrong()
    counting.poison = set()

    assert rebuild_following(counting.store.engine, counting.model()).parked == []
    assert counting.rows() == RIGHT
    assert counting.follower.replay() == 2
    assert counting.rows() == RIGHT | {"thing-0": (6, 13)}
    assert rebuild_following(counting.store.engine, counting.model(), check=True).ok


def test_the_swap_waits_for_readers_and_lets_the_follower_go_on_meanwhile(counting: Counting) -> None:
    counting.wrong()
    reader = counting.store.connect(counting.store.url)
    reader.execute("SELECT FROM counts")
    rebuilding = threading.Thread(target=rebuild_following, args=(counting.store.engine, counting.model()))
    rebuilding.start()
    counting.store.append("thing-2", happened(12))
    counting.follower.take([])
    assert counting.follower.position() == 13
    reader.rollback()
    rebuilding.join()

    assert counting.rows() == RIGHT | {"thing-2": (5, 12)}


def test_two_do_not_rebuild_the_same_at_once(counting: Counting) -> None:
    class Second(Owner):
        def events_after(self, position: int, limit: int) -> EventsPage:
            rebuild_following(counting.store.engine, counting.model())
            raise AssertionError("not reached")

    with pytest.raises(ValueError, match="counts is being rebuilt already"):
        rebuild_following(counting.store.engine, counting.model(Second(counting.store.log)))


@pytest.mark.parametrize(
    "attempt",
    [
        "CREATE TABLE generation.mine (id bigint)",
        "DROP TABLE counts",
        "INSERT INTO store.generations VALUES ('names', 'names')",
        "SELECT store.generation_dress('names')",
    ],
)
def test_the_service_makes_and_drops_no_table_but_by_the_functions(counting: Counting, attempt: str) -> None:
    with counting.store.connect(counting.store.url) as service, pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute(attempt)


def test_only_tables_that_a_revision_named_have_a_next_generation(counting: Counting) -> None:
    with counting.store.connect(counting.store.url) as service:
        assert service.execute("SELECT store.generation_begin('names')").fetchone() == (False,)
        assert service.execute("SELECT to_regclass('generation.names')").fetchone() == (None,)
