"""The relay forgets the outcomes of commands that nobody repeats any more."""

import psycopg

from .conftest import Programs, until
from .test_relay import Store, store  # noqa: F401 (a fixture)


def test_outcomes_of_commands_are_forgotten_after_a_week(programs: Programs, vhost, database, store: Store) -> None:  # noqa: F811
    store.append(9)

    def commands() -> int:
        with psycopg.connect(store.url) as session:
            row = session.execute("SELECT count(*) FROM store.commands").fetchone()
            assert row is not None
            return int(row[0])

    assert commands() == 3
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(
            "UPDATE store.commands SET recorded_at = now() - interval '8 days'"
            " WHERE command_id = (SELECT min(command_id::text)::uuid FROM store.commands)"
        )
    relay = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)

    until(lambda: commands() == 2)

    assert relay.terminate() == 0
    assert commands() == 2


def test_a_relay_whose_pruning_waits_for_a_lock_ends_in_time(programs: Programs, vhost, database, store: Store) -> None:  # noqa: F811
    store.append(3)
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("LOCK TABLE store.commands IN ACCESS EXCLUSIVE MODE")
        relay = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
        with psycopg.connect(store.url, autocommit=True) as session:
            waiting = "SELECT true FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = %s"
            until(lambda: session.execute(waiting, ("auth relay prunes",)).fetchone())

        assert relay.terminate(seconds=10) == 0
        assert relay.logged("relay-stopped")
