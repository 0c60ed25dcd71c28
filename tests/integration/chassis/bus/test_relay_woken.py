"""What makes the relay look at the log: notifications, and where those are lost, its own clock."""

from typing import Any

import psycopg
import pytest

from synergy_chassis.relay.ledger import READ
from synergy_chassis.store import pipeline

from .conftest import Programs
from .test_relay import Store, everything_followed, store

__all__ = ["store"]

NEVER_LOOKS = "from synergy_chassis.relay import program; program.BUSY_WAIT = program.IDLE_WAIT = 60"


def test_a_relay_that_never_looks_by_itself_is_told_of_every_event(
    store: Store, vhost: Any, programs: Programs
) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    relay = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url, before=NEVER_LOOKS)
    relay.wait_for("relay-leads")
    for _ in range(3):  # one after the other: each is told
        store.append(3)
        everything_followed(service, store)


def test_the_relay_reads_by_a_plan_that_is_not_worth_compiling(store: Store) -> None:
    with psycopg.connect(store.url) as connection:
        plan = connection.execute(f"EXPLAIN (FORMAT JSON) {READ}", (0, 500)).fetchall()[0][0]
        assert plan[0]["Plan"]["Total Cost"] < 1000


def test_with_every_notification_lost_the_relay_finds_events_by_looking(
    store: Store, vhost: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "announce", lambda _engine: None)
    service = programs.service(vhost.amqp_url("projects"))
    programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url).wait_for("relay-leads")
    store.append(3)
    everything_followed(service, store)
