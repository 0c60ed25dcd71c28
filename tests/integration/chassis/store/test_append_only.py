"""Nobody changes what is written: not the service, not the owner, not a session that plays replica."""

import contextlib

import psycopg
import pytest

from synergy_chassis.store.verify import Damage, verify

from .conftest import Store, happened

CHANGES = [
    "UPDATE store.events SET data = '{}'",
    "DELETE FROM store.events",
    "TRUNCATE store.events",
    "TRUNCATE store.events, store.streams CASCADE",
    "DELETE FROM store.streams",
    "TRUNCATE store.streams",
]
WRITES = [
    *CHANGES,
    "COPY store.events FROM STDIN",
    "COPY store.streams FROM STDIN",
    "COPY store.commands FROM STDIN",
    "MERGE INTO store.events e USING store.events o ON e.position = o.position WHEN MATCHED THEN DELETE",
    "INSERT INTO store.events SELECT * FROM store.events ON CONFLICT DO NOTHING",
    "INSERT INTO store.events SELECT * FROM store.events",
    "UPDATE store.streams SET version = 0",
    "INSERT INTO store.streams VALUES ('x', 0, '', now())",
    "SELECT * FROM store.streams FOR UPDATE",
    "UPDATE store.commands SET outcome = '{}'",
    "DELETE FROM store.commands",
    "TRUNCATE store.commands",
    "INSERT INTO store.commands VALUES (gen_random_uuid(), 'x', 1, '{}', now())",
    "UPDATE store.relay SET position = 0",
    "UPDATE store.epoch SET epoch = gen_random_uuid()",
    "UPDATE store.bulks SET appended = 0",
    "SELECT * FROM store.bulks",
    "SELECT * FROM store.incoming",
    "DELETE FROM store.incoming",
    "SELECT nextval('store.events_position')",
    "SELECT setval('store.events_position', 1)",
    "ALTER SEQUENCE store.events_position RESTART",
    "SELECT store.new_epoch()",
    "SET session_replication_role = replica",
    "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
    "ALTER TABLE store.events DISABLE TRIGGER ALL",
    "ALTER TABLE store.events DISABLE TRIGGER refuse_change",
    "ALTER TABLE store.events ENABLE REPLICA TRIGGER refuse_change",
    "DROP TRIGGER refuse_change ON store.events",
    "CREATE TRIGGER mine BEFORE INSERT ON store.events FOR EACH ROW EXECUTE FUNCTION store.refuse_change()",
    "CREATE RULE mine AS ON INSERT TO store.events DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION store.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP FUNCTION store.refuse_change() CASCADE",
    "SELECT store.guard('store.events')",
    "DROP TABLE store.events",
    "DROP SCHEMA store CASCADE",
    "ALTER SCHEMA store RENAME TO other",
    "CREATE TABLE store.more (x int)",
]


def refused(session: psycopg.Connection, statements: list[str]) -> dict[str, str]:
    """What the database says to each statement; "" where it does as it is told."""
    answers = {}
    for statement in statements:
        try:
            run(session, statement)
            answers[statement] = ""
        except psycopg.errors.InsufficientPrivilege as error:
            answers[statement] = str(error)
        session.rollback()
    return answers


def run(session: psycopg.Connection, statement: str) -> None:
    if statement.startswith("COPY"):
        with session.cursor().copy(statement):
            pass
    else:
        session.execute(statement)


def test_the_service_may_only_append(store: Store) -> None:
    store.append("thing-1")
    answers = refused(store.connect(store.url), WRITES)
    assert [statement for statement, answer in answers.items() if not answer] == []


def test_the_owner_is_stopped_by_triggers(store: Store) -> None:
    store.append("thing-1")
    answers = refused(store.connect(store.owner_url), CHANGES)
    assert [statement for statement, answer in answers.items() if "append-only" not in answer] == []


@pytest.mark.parametrize(
    "attempt",
    ["SET session_replication_role = replica", "ALTER ROLE CURRENT_USER SET session_replication_role = replica"],
)
def test_the_owner_may_not_play_replica(store: Store, attempt: str) -> None:
    answers = refused(store.connect(store.owner_url), [attempt])
    assert "permission denied to set parameter" in answers[attempt]


def test_the_triggers_fire_in_a_session_that_plays_replica(store: Store) -> None:
    store.append("thing-1")
    session = store.connect(store.admin_url)
    session.execute("SET session_replication_role = replica")
    session.commit()
    answers = refused(session, CHANGES)
    assert [statement for statement, answer in answers.items() if "append-only" not in answer] == []


def test_a_statement_that_grants_nothing_is_no_grant(store: Store) -> None:
    """PostgreSQL answers GRANT of what one has not with a warning; what counts is what may be done afterwards."""
    session = store.connect(store.url)
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        session.execute("GRANT UPDATE ON store.events TO CURRENT_USER")
    session.commit()
    assert all(refused(session, CHANGES).values())


TAMPERING = [
    (["ALTER TABLE store.events DISABLE TRIGGER refuse_change", "DELETE FROM store.events WHERE position = 2"],
     Damage.MISSING_ROW),
    (["DROP TRIGGER refuse_change ON store.events", "UPDATE store.events SET data = '{}' WHERE position = 2"],
     Damage.CHANGED_ROW),
    (["DROP TRIGGER refuse_truncate ON store.events", "TRUNCATE store.events"], Damage.MISSING_STREAM),
    (["UPDATE store.streams SET version = 2"], Damage.CHANGED_ROW),
    (["INSERT INTO store.events SELECT position + 10, stream, version + 3, gen_random_uuid(), type, schema_version, "
      "entity, data, meta, recorded_at, content_hash, hash FROM store.events"], Damage.CHANGED_ROW),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "damage"), TAMPERING, ids=lambda value: str(value)[:40])
def test_what_the_owner_can_still_do_is_found(store: Store, statements: list[str], damage: Damage) -> None:
    """The owner of a table may drop its triggers, and may insert: the chain, the heads and the counts tell."""
    store.append("thing-1", happened(1), happened(2), happened(3))
    assert verify(store.engine).ok
    owner = store.connect(store.owner_url)
    for statement in statements:
        owner.execute(statement)
    owner.commit()
    try:
        assert damage in verify(store.engine).damage
    finally:
        owner.execute("SELECT store.guard('store.events')")
        owner.commit()
    assert "append-only" in refused(owner, ["TRUNCATE store.events"])["TRUNCATE store.events"]


PARTITIONED = """
    CREATE TABLE public.log (position bigint NOT NULL, data text) PARTITION BY RANGE (position);
    CREATE TABLE public.log_1 PARTITION OF public.log FOR VALUES FROM (0) TO (10);
    CREATE TABLE public.log_2 PARTITION OF public.log FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (position);
    CREATE TABLE public.log_2_1 PARTITION OF public.log_2 FOR VALUES FROM (10) TO (20);
    SELECT store.guard('public.log');
    CREATE TABLE public.log_3 PARTITION OF public.log FOR VALUES FROM (20) TO (30);
    SELECT store.guard('public.log');
    INSERT INTO public.log VALUES (1, 'a'), (11, 'b'), (21, 'c');
"""


@pytest.mark.parametrize("replica", [False, True], ids=["as_the_owner", "playing_replica"])
def test_a_partitioned_log_is_guarded_with_every_partition(store: Store, replica: bool) -> None:
    with store.connect(store.admin_url) as admin:
        admin.execute(f"SET session_replication_role = {'replica' if replica else 'origin'}")
        for statement in PARTITIONED.strip().split(";")[:-1]:
            admin.execute(statement)
        for table in ("log", "log_1", "log_2", "log_2_1", "log_3"):
            for change in (f"UPDATE {table} SET data = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"), admin.transaction():
                    admin.execute(change)
        assert admin.execute("SELECT count(*) FROM log").fetchone() == (3,)
        admin.rollback()


def test_functions_of_the_store_are_not_for_everybody(store: Store) -> None:
    with psycopg.connect(store.admin_url) as admin:
        granted = admin.execute(
            "SELECT count(*) FROM information_schema.routine_privileges "
            "WHERE routine_schema = 'store' AND grantee = 'PUBLIC'"
        ).fetchone()
        fixed = admin.execute(
            "SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname = 'store' AND p.prosecdef "
            "AND 'search_path=pg_catalog, pg_temp' <> ALL (coalesce(p.proconfig, '{}'))"
        ).fetchone()
    assert (granted, fixed) == ((0,), (0,))
