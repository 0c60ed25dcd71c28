"""Statements that are made once: they answer what SQLAlchemy answers, and several of them are one round trip."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from synergy_chassis.clock import SystemClock
from synergy_chassis.store import Constant, UnitOfWork, engine, together
from synergy_local.processes import wait_until

from .conftest import NAMES, Store, command, happened, no_rows
from .wire import wire

PREPARED = 8
KINDS: Mapping[str, tuple[Any, Any]] = {
    "number": (sa.BigInteger(), 7),
    "hundredths": (sa.Numeric(15, 2), Decimal("12.50")),
    "word": (sa.Text(), "naïve %s %(x)s"),
    "day": (sa.Date(), date(2026, 2, 28)),
    "moment": (sa.TIMESTAMP(timezone=True), datetime(2026, 2, 28, 12, tzinfo=UTC)),
    "told": (JSONB(), {"a": [1, None, "b"]}),
    "numbers": (ARRAY(sa.BigInteger()), [3, 1, 2]),
    "words": (ARRAY(sa.Text()), ["{", '"', ","]),
    "true": (sa.Boolean(), True),
    "nothing": (sa.Text(), None),
}
NAMED = Constant(sa.select(NAMES.c.name).order_by(NAMES.c.name))


def put(name: str) -> sa.Insert:
    return sa.insert(NAMES).values(stream="thing-1", name=name)


def test_every_kind_of_value_goes_and_comes_as_with_sqlalchemy(store: Store) -> None:
    statement = sa.select(*(sa.bindparam(name, type_=kind).label(name) for name, (kind, _) in KINDS.items()))
    constant, values = Constant(statement), {name: value for name, (_, value) in KINDS.items()}

    with store.uow.reading() as connection:
        usual = connection.execute(statement, values).mappings().one()
        for _ in range(2):
            assert constant.rows(connection, values) == [dict(usual)] == [values]


def test_what_a_write_returns_comes_by_its_names(store: Store) -> None:
    new = Constant(put("Ann").returning(NAMES.c.name, NAMES.c.stream))
    with store.uow.writing() as connection:
        assert [{"name": "Ann", "stream": "thing-1"}] == new.rows(connection)


def test_a_text_that_changes_with_its_parameters_is_refused(store: Store) -> None:
    listed = Constant(sa.select(NAMES.c.id).where(NAMES.c.id.in_([1, 2])))

    with store.uow.reading() as connection, pytest.raises(TypeError, match="changes with its parameters"):
        listed.rows(connection)


def test_tables_are_looked_for_where_the_connection_says(store: Store) -> None:
    """A model that is built anew has its tables in another schema."""
    there = Constant(sa.select(NAMES.c.name.label("name")))
    store.append("thing-1")
    with store.uow.writing() as connection:
        connection.execute(put("Ann"))

    with store.engine.connect() as connection:
        assert there.rows(connection) == [{"name": "Ann"}]
        elsewhere = connection.execution_options(schema_translate_map={None: "nowhere"})
        with pytest.raises(Exception, match=r"nowhere\.names"):
            there.rows(elsewhere)
    with store.uow.glancing() as connection:
        assert there.rows(connection) == [{"name": "Ann"}]


def test_what_is_written_by_one_is_part_of_the_append(store: Store) -> None:
    written = Constant(insert(NAMES).values(stream=sa.bindparam("stream"), name=sa.bindparam("name")))

    def rows(_recorded: Sequence[Any], writer: Any) -> None:
        writer.execute(written, {"stream": "thing-1", "name": "Ann"})

    with store.uow.stream("thing-1", command(), creates=True) as stream:
        stream.append([happened()], outcome={}, rows=rows)
    with pytest.raises(ZeroDivisionError), store.uow.stream("thing-1", command()) as stream:
        raise ZeroDivisionError

    with store.uow.glancing() as connection:
        assert NAMED.rows(connection) == [{"name": "Ann"}]


def test_what_is_asked_with_the_lock_sees_what_the_one_before_wrote(store: Store) -> None:
    store.append("thing-1")
    with store.uow.writing() as connection:
        connection.execute(put("Ann"))

    with store.uow.stream("thing-1", command(), also=[(NAMED, {})]) as stream:
        assert stream.also == [[{"name": "Ann"}]]
        assert stream.version == 1


def test_several_questions_are_of_one_moment(store: Store) -> None:
    """Somebody writes between the first and the last, and neither sees it."""
    with store.uow.writing() as connection:
        connection.execute(put("Ann"))
    held = Constant(sa.text("SELECT FROM pg_advisory_xact_lock(7)"))

    def ask() -> list[Any]:
        with store.uow.glancing() as connection:
            return together(connection, (NAMED, {}), (held, {}), (NAMED, {}))

    with ThreadPoolExecutor(1) as pool, psycopg.connect(store.admin_url, autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(7)")
        asked = pool.submit(ask)
        waiting = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 7 AND NOT granted"
        wait_until(lambda: admin.execute(waiting).rowcount == 1, seconds=30, what="the question being asked")
        with store.uow.writing() as connection:
            connection.execute(put("Bob"))
        admin.execute("SELECT pg_advisory_unlock(7)")
        before, _, after = asked.result()

    assert before == after == [{"name": "Ann"}]


def test_several_questions_within_a_command_are_part_of_its_transaction(store: Store) -> None:
    store.append("thing-1")
    mine = Constant(sa.select(sa.func.pg_current_xact_id_if_assigned().cast(sa.Text).label("id")))

    with store.uow.stream("thing-1", command()) as stream:
        (before,) = mine.rows(stream.rows)
        (first,), (second,) = together(stream.rows, (mine, {}), (mine, {}))
        stream.append([happened()], outcome={}, rows=no_rows)

    assert before == first == second
    assert before["id"] is not None
    assert store.version("thing-1") == 2


def test_how_often_several_questions_wait_for_the_server(store: Store) -> None:
    with wire(store.url) as between:
        opened = engine(between.url, application_name="trips", pool_size=1)
        uow, counted = UnitOfWork(opened, SystemClock()), []
        for _ in range(PREPARED + 9):
            before = between.trips
            with uow.glancing() as connection:
                together(connection, (NAMED, {}), (NAMED, {}), (NAMED, {}))
            counted.append(between.trips - before)
        assert median(counted[PREPARED:]) == 1  # one that was sent in two pieces may count as two
        opened.dispose()


def test_after_one_that_failed_the_session_is_as_good_as_before(store: Store) -> None:
    failing = Constant(sa.select((1 / sa.bindparam("by", type_=sa.Integer)).label("it")))

    for ask in (lambda one: together(one, (NAMED, {}), (failing, {"by": 0})), lambda one: failing.rows(one, {"by": 0})):
        with pytest.raises(Exception, match="division by zero"), store.uow.glancing() as connection:
            ask(connection)
        with store.uow.glancing() as connection:
            assert NAMED.rows(connection) == []
        store.append("thing-1", happened())
    with store.uow.stream("thing-1", command()) as stream:
        stream.append([happened()], outcome={}, rows=no_rows)
