"""Waits until the server shows that somebody waits."""

import time

import psycopg
from integration.chassis.store.conftest import Store

SOON = 20.0
"""Seconds after which a test gives up."""


def wait_until_somebody_sleeps(store: Store) -> None:
    """A reader waits behind the barrier."""
    wait_for_session(store, "wait_event = 'PgSleep'")


def wait_until_somebody_waits_for_a_lock(store: Store) -> None:
    """A writer queues."""
    wait_for_session(store, "wait_event_type = 'Lock'")


def wait_for_session(store: Store, condition: str) -> None:
    """Some session of the database is in this state (a condition on pg_stat_activity)."""
    deadline = time.monotonic() + SOON
    with psycopg.connect(store.admin_url, autocommit=True) as admin:
        query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {condition}"
        while admin.execute(query).fetchone() == (0,):
            assert time.monotonic() < deadline
            time.sleep(0.002)
