"""What goes over the wire: an append is one round trip, a command two, and nobody asks first whether the wire holds."""

from statistics import median

import pytest
from sqlalchemy import text

from synergy_chassis.clock import SystemClock
from synergy_chassis.store import Appender, UnitOfWork, engine

from .conftest import Store, command, happened, no_rows
from .wire import wire

PREPARED = 8


def append(opened, number: int) -> None:
    Appender(opened, SystemClock()).append("thing-1", [happened(number)], command())


def unit_of_work(opened, number: int) -> None:
    with UnitOfWork(opened, SystemClock()).stream("thing-1", command()) as stream:
        stream.append([happened(number)], outcome={}, rows=no_rows)


def several(opened, number: int) -> None:
    with UnitOfWork(opened, SystemClock()).streams(["thing-1", "thing-2"], command()) as streams:
        streams.append([("thing-2", happened()), ("thing-1", happened())], outcome={}, rows=no_rows)


@pytest.mark.parametrize(("work", "trips"), [(append, 1), (unit_of_work, 2), (several, 2)])
def test_how_often_a_writer_waits_for_the_server(store: Store, monkeypatch, work, trips: int) -> None:
    monkeypatch.setattr("synergy_chassis.store.pipeline.announce", lambda engine: None)
    monkeypatch.setattr("synergy_chassis.store.appender.announce", lambda engine: None)
    store.append("thing-1")
    store.append("thing-2")
    with wire(store.url) as between:
        opened = engine(between.url, application_name="trips", pool_size=1)
        for number in range(PREPARED):
            work(opened, number)
        counted = []
        for number in range(9):
            before = between.trips
            work(opened, number)
            counted.append(between.trips - before)
        assert trips == median(counted)  # one that was sent in two pieces may count as two
        opened.dispose()


def test_what_is_read_often_stays_prepared(store: Store) -> None:
    opened = engine(store.url, application_name="reads", pool_size=1)
    uow, prepared = UnitOfWork(opened, SystemClock()), text("SELECT statement FROM pg_prepared_statements")
    for number in range(PREPARED):
        with uow.reading() as connection:
            connection.execute(text("SELECT :number"), {"number": number})
        uow.next_id("names_id_seq")

    with uow.reading() as connection:
        known = "; ".join(connection.execute(prepared).scalars())
    assert "SELECT $1" in known
    assert "nextval('names_id_seq')" in known
    opened.dispose()


def test_a_connection_that_was_cut_while_it_lay_idle_is_noticed_before_it_is_used(store: Store) -> None:
    opened = engine(store.url, application_name="cut", pool_size=2)
    append(opened, 1)
    store.admin("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'cut'")

    append(opened, 2)
    unit_of_work(opened, 3)
    assert store.version("thing-1") == 3
    opened.dispose()
