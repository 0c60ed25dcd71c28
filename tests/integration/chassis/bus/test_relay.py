"""The relay on a real store and a real broker: everything stored is published, in order, whoever is killed when."""

import signal
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pika
import psycopg
import pytest

from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.health import database_health, relay_health
from synergy_chassis.relay import Relay
from synergy_chassis.relay.ledger import OutgoingEvent
from synergy_chassis.store import CommandContext, EventLog, NewEvent, UnitOfWork, engine, store_ddl
from synergy_contracts.envelope import StoredEvent

from .conftest import Process, Programs, until
from .muffle import Muffle


class Store:
    """A service's store, as its owner."""

    def __init__(self, database: Any) -> None:
        with psycopg.connect(database.owner_url, autocommit=True) as connection:
            for statement in store_ddl(service_role=database.service):
                connection.execute(statement)
        self.url: str = database.service_url
        self.engine = engine(self.url, application_name="test")
        self._work = UnitOfWork(self.engine, SystemClock())

    def append(self, count: int = 1) -> None:
        """That many events, in streams of three."""
        while count > 0:
            batch = min(3, count)
            context = CommandContext(command_id=new_id(), actor_id=1, request_id="r", traceparent=None)
            events = [
                NewEvent(type="user.updated", schema_version=1, entity="user-1", data={"n": number, "text": "é"})
                for number in range(batch)
            ]
            with self._work.stream(f"user-{new_id()}", context, creates=True) as stream:
                stream.append(events, outcome={}, rows=lambda _events, _writer: None)
            count -= batch

    @property
    def events(self) -> list[StoredEvent]:
        return EventLog(self.engine).after(0, 1000).events

    @property
    def positions(self) -> list[int]:
        return [event.position for event in self.events]

    @property
    def published_to(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT position FROM store.relay").scalar_one())


@pytest.fixture
def store(database: Any) -> Iterator[Store]:
    store = Store(database)
    yield store
    store.engine.dispose()


def everything_followed(service: Process, store: Store, seconds: float = 40) -> list[int]:
    """What the follower was told, once nothing is missing; it heard each position in order the first time."""
    expected = store.positions
    until(
        lambda: set(expected) <= set(service.followed()),
        seconds=seconds,
        what=lambda: f"{len(expected)} events in {service.followed()}",
    )
    heard = service.followed()
    assert list(dict.fromkeys(heard)) == expected
    return heard


def test_an_event_is_published_as_it_is_stored(programs: Programs, vhost: Any, store: Store) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url()))
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, "auth.events", "#")
    heard: list[tuple[Any, Any, bytes]] = []
    channel.basic_consume(
        queue, lambda _channel, method, properties, body: heard.append((method, properties, body)), auto_ack=True
    )
    programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
    store.append(5)
    until(lambda: connection.process_data_events(0.05) or len(heard) == 5)
    connection.close()

    epoch = EventLog(store.engine).head().epoch
    for (method, properties, body), event in zip(heard, store.events, strict=True):
        assert msgspec.json.decode(body, type=StoredEvent) == msgspec.structs.replace(event, epoch=epoch)
        assert method.routing_key == properties.type == event.type
        assert properties.message_id == str(event.event_id)
        assert (properties.user_id, properties.delivery_mode) == ("relay-auth", 2)


def test_what_goes_out_has_the_fields_of_the_contract() -> None:
    assert OutgoingEvent.__struct_fields__ == StoredEvent.__struct_fields__


def test_events_reach_the_follower_in_order(programs: Programs, vhost: Any, store: Store) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    store.append(200)
    relay = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
    store.append(200)

    assert everything_followed(service, store) == store.positions
    until(lambda: store.published_to == store.positions[-1])
    assert relay.terminate() == 0


def test_a_relay_killed_between_publishing_and_advancing_sends_twice_and_loses_nothing(
    programs: Programs, vhost: Any, store: Store
) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    store.append(30)
    code = (
        "import os, signal\nfrom synergy_chassis import relay\nfrom synergy_chassis.relay.ledger import Ledger\n"
        "async def die(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "Ledger.advance = die\n"
        "relay.run(database_url=os.environ['D'], amqp_url=os.environ['A'], source='auth')"
    )
    killed = programs.start("-c", code, A=vhost.amqp_url("relay-auth"), D=store.url)
    assert killed.popen.wait(40) == -signal.SIGKILL
    assert store.published_to == 0

    store.append(30)
    programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)

    heard = everything_followed(service, store)
    assert len(heard) >= 90


def test_one_of_two_relays_leads_and_the_other_takes_over(programs: Programs, vhost: Any, store: Store) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    first = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
    first.wait_for("relay-leads")
    second = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
    second.wait_for("broker-connected")
    store.append(10)
    everything_followed(service, store)
    assert not second.logged("relay-leads")

    first.kill()
    killed = time.monotonic()
    store.append(10)
    everything_followed(service, store)
    assert time.monotonic() - killed < 20

    third = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
    third.wait_for("broker-connected")
    assert second.terminate() == 0
    stopped = time.monotonic()
    third.wait_for("relay-leads")
    assert time.monotonic() - stopped < 3.5, "it waited for the lease to run out"


def test_a_leader_that_was_frozen_does_not_go_on(programs: Programs, vhost: Any, store: Store) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    frozen = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
    frozen.wait_for("relay-leads")
    standby = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
    frozen.popen.send_signal(signal.SIGSTOP)
    store.append(10)
    standby.wait_for("relay-leads")
    frozen.popen.send_signal(signal.SIGCONT)
    frozen.wait_for("relay-leads-no-more")
    store.append(10)

    everything_followed(service, store)
    assert frozen.popen.poll() is None


def test_a_relay_goes_on_when_its_database_connections_were_cut(
    programs: Programs, vhost: Any, store: Store, postgres: str
) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    relay = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
    relay.wait_for("relay-leads")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'auth relay%%'"
        )
    store.append(10)

    everything_followed(service, store)
    assert relay.popen.poll() is None


def test_a_refused_batch_is_sent_again_until_it_is_taken(programs: Programs, vhost: Any, store: Store) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url()))
    full = {"x-max-length": 1, "x-overflow": "reject-publish"}
    connection.channel().queue_declare("full", arguments=full)
    connection.channel().queue_bind("full", "auth.events", "#")
    relay = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)
    store.append(6)
    relay.wait_for("batch-not-confirmed", 2)
    assert relay.logged("batch-not-confirmed")[0]["error"] == "the broker refused a message"
    assert store.published_to == 0

    connection.channel().queue_delete("full")
    connection.close()

    everything_followed(service, store)
    until(lambda: store.published_to == store.positions[-1])


def test_a_batch_whose_confirms_do_not_come_is_sent_again_over_another_connection(
    programs: Programs, vhost: Any, store: Store
) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    with Muffle(vhost.amqp_url("relay-auth")) as broker:
        patience = "from synergy_chassis.relay import publisher\npublisher.CONFIRM_PATIENCE = 0.3"
        relay = programs.relay(amqp_url=broker.url, database_url=store.url, before=patience)
        store.append(1)
        until(lambda: store.published_to == store.positions[-1])
        broker.silent = True
        store.append(6)
        until(lambda: any(line["error"] == "no confirm in time" for line in relay.logged("batch-not-confirmed")))
        assert store.published_to == store.positions[0]
        broker.silent = False

        everything_followed(service, store)
        until(lambda: store.published_to == store.positions[-1])
    until(lambda: len(service.followed()) > len(store.positions))  # the broker had them the first time


def test_an_event_that_reaches_no_queue_is_counted_and_the_relay_goes_on(
    programs: Programs, vhost: Any, store: Store
) -> None:
    store.append(4)
    relay = programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url, LOG_LEVEL="debug")

    relay.wait_for("event-unroutable", 4)
    until(lambda: store.published_to == store.positions[-1])
    assert relay.terminate() == 0
    assert relay.logged("relay-stopped")[0]["unroutable"] == 4
    told = [(line["level"], line["type"]) for line in relay.logged("event-unroutable")]
    assert told == [("warning", "user.updated")] + [("debug", "user.updated")] * 3


def test_the_user_must_be_the_sources_relay(vhost: Any) -> None:
    with pytest.raises(ValueError, match="relay-auth"):
        Relay(database_url="", amqp_url=vhost.amqp_url("relay-projects"), source="auth")


def test_health_tells_whether_a_relay_leads_and_how_far_it_is_behind(
    programs: Programs, vhost: Any, store: Store
) -> None:
    store.append(5)
    assert database_health(store.engine).status == "up"
    assert (relay_health(store.engine).status, relay_health(store.engine).lag) == ("down", 5)

    programs.relay(amqp_url=vhost.amqp_url("relay-auth"), database_url=store.url)

    until(lambda: (relay_health(store.engine).status, relay_health(store.engine).lag) == ("up", 0))
