"""Outcomes of commands are kept for a day at least, and forgotten in small portions after that."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from synergy_chassis.clock import SystemClock
from synergy_chassis.pruning import prune_commands
from synergy_chassis.store import Appender, BulkAppender, NewEvent
from synergy_chassis.store.verify import verify

from .conftest import Store, command, happened

AGE = "UPDATE store.commands SET recorded_at = now() - interval '{age}' WHERE stream = '{stream}'"


def test_what_is_older_than_it_is_kept_is_forgotten_in_portions(store: Store) -> None:
    appender = Appender(store.engine, SystemClock())
    contexts = {(age, number): command() for age in ("new", "young", "old") for number in range(5)}
    for (age, _), context in contexts.items():
        appender.append(f"{age}-1", [happened()], context)
    store.admin(AGE.format(age="25 hours", stream="young-1"), AGE.format(age="49 hours", stream="old-1"))

    with psycopg.connect(store.url, autocommit=True) as session:
        assert list(prune_commands(session, keep=timedelta(hours=48), portion=2)) == [2, 2, 1]
        assert list(prune_commands(session, portion=5)) == [5, 0]
        assert list(prune_commands(session)) == [0]
    repeated = {key: appender.append("new-1", [], context).repeated for key, context in contexts.items()}
    assert {key: key[0] == "new" for key in contexts} == repeated
    assert verify(store.engine).ok


def test_a_day_is_always_kept(store: Store) -> None:
    session = store.connect(store.url)
    with pytest.raises(ValueError, match="24 hours"):
        next(prune_commands(session, keep=timedelta(hours=23)))
    for less in ("23 hours", "-12 months 361 days"):  # which PostgreSQL takes for a day: months have 30
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            session.execute("SELECT store.prune_commands(%s, 1000)", (less,))
        session.rollback()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute("DELETE FROM store.commands")


def test_a_look_costs_what_it_finds_also_in_a_table_that_was_filled_anew(store: Store) -> None:
    filled = (
        "INSERT INTO store.commands SELECT gen_random_uuid(), 'thing-1', 1, '{{\"told\": \"so many words\"}}', "
        "now() - interval '{age}' + interval '1 ms' * n FROM generate_series(1, 20000) n"
    )
    store.admin(filled.format(age="8 days"), "VACUUM ANALYZE store.commands")
    with psycopg.connect(store.url, autocommit=True) as session:
        assert sum(prune_commands(session, keep=timedelta(days=7))) == 20_000
    store.admin("VACUUM ANALYZE store.commands", filled.format(age="1 day"), "VACUUM ANALYZE store.commands")

    with psycopg.connect(store.url, autocommit=True) as session:
        assert list(prune_commands(session, keep=timedelta(days=7))) == [0]  # plans are made, and the catalogue read
        look = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT store.prune_commands('7 days', 1000)"
        (plan,) = session.execute(look).fetchone() or ()
        (pages,) = session.execute("SELECT pg_relation_size('store.commands') / 8192").fetchone() or ()
    touched = plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
    assert touched < 20 < pages // 10


def test_a_long_append_that_was_given_up_is_forgotten_with_the_commands(store: Store) -> None:
    appender = BulkAppender(store.engine, SystemClock(), portion=1)
    given_up, halfway = command(), command()

    def breaks_off() -> Iterator[NewEvent]:
        yield from [happened(), happened(), happened()]
        raise RuntimeError("broken off")

    for context, stream in ((given_up, "old-1"), (halfway, "new-1")):
        with pytest.raises(RuntimeError, match="broken off"):
            appender.append(stream, breaks_off(), context)
    assert store.version("old-1") == store.version("new-1") > 0
    store.admin("UPDATE store.bulks SET updated_at = now() - interval '25 hours' WHERE stream = 'old-1'")

    with psycopg.connect(store.url, autocommit=True) as session:
        assert list(prune_commands(session)) == [0]
    with psycopg.connect(store.admin_url) as admin:
        assert admin.execute("SELECT command_id FROM store.bulks").fetchall() == [(halfway.command_id,)]
