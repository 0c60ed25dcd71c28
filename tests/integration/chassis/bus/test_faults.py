"""A broker that dies, comes back, comes back empty; services that are stopped in the middle of their work."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import forking
import pika
import pytest
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError

from synergy_chassis.bus.client import RpcClient
from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.envelope import HEADER_DEADLINE
from synergy_contracts.refusals import Refused
from synergy_local.servers.testbed import TESTER, Broker

from .conftest import Asking, OwnBroker, Process, Programs, asking_at, handing_over, publish, stored_event, until
from .test_relay import Store, everything_followed, store  # noqa: F401 (a fixture)
from .work import accepted, done

NO_ANSWER = (RpcUnavailable, RpcTimeout, Refused)
LATE = """
from types import SimpleNamespace
from synergy_chassis.bus.answering import RpcConsumer
channel = SimpleNamespace(
    basic_cancel=lambda tag, nowait: print("cancelled", tag),
    basic_reject=lambda tag, requeue: print("rejected", tag, requeue),
)
consumer = RpcConsumer()
consumer._consumer_tag, consumer._cancelled, consumer._link = "calls", False, SimpleNamespace(channel=channel)
delivery = {"exchange": "nameko-rpc", "routing_key": "projects.read_progress"}
consumer.cancel()
consumer._on_message(SimpleNamespace(channel=channel, delivery_tag=7, delivery_info=delivery))
"""


def answers(caller: Asking | RpcClient) -> bool:
    """Each has a connection of its own: that one is back says nothing of the other."""
    body = {"a": 1}
    try:
        if isinstance(caller, Asking):
            return bool(caller.call("projects.echo", body, deadline=1) == body)
        return caller.call("projects.echo", body, result=dict[str, Any], deadline=timedelta(seconds=1)) == body
    except NO_ANSWER:
        return False


def assert_everybody_may_what_they_may(own_broker: OwnBroker) -> None:
    """Users, permissions and exchanges are those of the definitions, and no user is one of RabbitMQ's own."""
    for source in ("auth", "projects", "webhooks"):
        with pika.BlockingConnection(pika.URLParameters(own_broker.url(f"relay-{source}"))) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish(f"{source}.events", "project.created", b"{}")
            with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
                channel.basic_publish("nameko-rpc", "auth.login", b"{}")
    guest = pika.PlainCredentials("guest", "guest")
    with pytest.raises(ProbableAuthenticationError):
        pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", own_broker.server.port, "/", guest))
    vhost = Broker(own_broker.server).new_vhost()
    pika.BlockingConnection(pika.URLParameters(vhost.amqp_url())).close()


@contextmanager
def unanswered(gateway: Asking, service: Process) -> Iterator[None]:
    """Five calls that the service works on as the block begins; none of them has an answer, and it says so."""
    lost: list[BaseException] = []

    def ask() -> None:
        try:
            gateway.call("projects.sleep", {"seconds": 2, "name": "unanswered"}, deadline=10)
        except NO_ANSWER as error:
            lost.append(error)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    until(lambda: service.journalled().count("slept unanswered") == 5)
    yield
    for thread in threads:
        thread.join(30)
    assert [RpcUnavailable] * 5 == [type(error) for error in lost]
    service.wait_for("answer-dropped", 5)


def assert_both_hear_at_once_that_nobody_is_there(gateway: Asking, client: RpcClient) -> None:
    started = time.monotonic()
    with pytest.raises(RpcUnavailable):
        gateway.call("projects.echo", {})
    with pytest.raises(RpcUnavailable):
        client.call("projects.echo", {}, result=dict[str, Any])
    assert time.monotonic() - started < 4


@pytest.mark.timeout(240)
def test_everybody_comes_back_when_the_broker_does(own_broker: OwnBroker, programs: Programs) -> None:
    """
    The kill comes within moments of the queues' declaration, when RabbitMQ loses a quorum queue's members, and while
    calls are answered.
    """
    service = programs.service(own_broker.url("projects"))
    client = RpcClient(own_broker.url(TESTER), service="webhooks")
    with asking_at(own_broker.url(TESTER)) as gateway:
        assert answers(gateway)
        assert answers(client)

        with unanswered(gateway, service):
            own_broker.kill()
        until(lambda: not gateway.caller.connected)
        assert_both_hear_at_once_that_nobody_is_there(gateway, client)

        own_broker.start()
        started = time.monotonic()
        until(lambda: answers(gateway), seconds=25)
        until(lambda: answers(client), seconds=started + 25 - time.monotonic())
        service.wait_for("broker-connected", 6, seconds=started + 25 - time.monotonic())
        publish(own_broker.url("relay-auth"), "auth.events", stored_event(1, 0), user="relay-auth")
        until(lambda: service.followed() == [1], seconds=started + 25 - time.monotonic())
    client.close()
    assert service.popen.poll() is None
    assert service.terminate() == 0


@pytest.mark.timeout(240)
def test_everybody_comes_back_when_the_broker_comes_back_empty(
    own_broker: OwnBroker,
    programs: Programs,
    store: Store,  # noqa: F811
) -> None:
    service = programs.worker(own_broker.url("projects"))
    service.wait_for("broker-connected", 5)
    relay = programs.relay(amqp_url=own_broker.url("relay-auth"), database_url=store.url)
    client = RpcClient(own_broker.url(TESTER), service="webhooks")
    with asking_at(own_broker.url(TESTER)) as gateway:
        assert answers(gateway)
        assert answers(client)
        store.append(10)
        everything_followed(service, store)

        own_broker.kill()
        store.append(10)
        relay.wait_for("batch-not-confirmed")
        own_broker.wipe()
        own_broker.start()
        started = time.monotonic()
        until(lambda: answers(gateway), seconds=25)
        until(lambda: answers(client), seconds=started + 25 - time.monotonic())
        service.wait_for("broker-connected", 10, seconds=started + 25 - time.monotonic())
    client.close()
    store.append(10)
    # what was published before the follower's queue was there again went nowhere: the log has it
    last = store.positions[-1]
    until(lambda: service.followed()[-1] == last)
    until(lambda: store.published_to == last)
    assert_everybody_may_what_they_may(own_broker)
    with handing_over(own_broker.url("projects")) as work:
        until(lambda: accepted(work, "after"))
        until(lambda: done(service, "after"))
    assert relay.popen.poll() is None
    assert service.popen.poll() is None
    assert service.terminate() == 0


def test_a_late_call_is_refused_unheard(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    with asking_at(vhost.amqp_url()) as gateway:
        service.popen.send_signal(signal.SIGSTOP)
        with pytest.raises(RpcTimeout):
            gateway.call("projects.sleep", {"seconds": 0, "name": "late"}, deadline=0.5)
        service.popen.send_signal(signal.SIGCONT)

        until(lambda: answers(gateway))
        assert "slept late" not in service.journalled()


def test_a_deadline_that_has_passed_on_the_way_is_too_late(programs: Programs, vhost: Any) -> None:
    import msgspec
    import pika

    service = programs.service(vhost.amqp_url("projects"))
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url()))
    channel = connection.channel()
    heard: list[bytes] = []
    channel.basic_consume("amq.rabbitmq.reply-to", lambda _c, _m, _p, body: heard.append(body), auto_ack=True)
    properties = pika.BasicProperties(
        reply_to="amq.rabbitmq.reply-to", user_id=TESTER, headers={HEADER_DEADLINE: 1_000_000}
    )
    body = b'{"args":[{"seconds":0,"name":"late"}],"kwargs":{}}'
    channel.basic_publish("nameko-rpc", "projects.sleep", body, properties)
    until(lambda: connection.process_data_events(0.05) or heard)
    connection.close()

    assert msgspec.json.decode(heard[0])["error"]["exc_args"][:2] == ["too_late", "deadline-exceeded"]
    assert "slept late" not in service.journalled()


def test_sigterm_lets_calls_in_flight_finish(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    with asking_at(vhost.amqp_url()) as gateway:
        told: list[Any] = []
        body = {"seconds": 1.5, "name": "in flight"}
        asking = threading.Thread(target=lambda: told.append(gateway.call("projects.sleep", body, deadline=5)))
        asking.start()
        until(lambda: "slept in flight" in service.journalled())

        assert service.terminate() == 0
        asking.join(30)

        assert told == [{"slept": 1.5}]


def test_what_was_on_its_way_to_a_service_that_takes_no_more_goes_back() -> None:
    """Its methods are withdrawn one after the other: none of them may seem not to be there."""
    done = forking.run(["-c", LATE], env=dict(os.environ), green=True)

    assert ["cancelled calls", "rejected 7 True"] == done.stdout.splitlines(), done.stderr


def test_two_replicas_share_the_calls(programs: Programs, vhost: Any) -> None:
    replicas = [programs.service(vhost.amqp_url("projects")) for _ in range(2)]
    client = RpcClient(vhost.amqp_url(), service="webhooks")
    for _ in range(20):
        client.call("projects.sleep", {"seconds": 0}, result=dict[str, Any], deadline=timedelta(seconds=5))
    client.close()

    assert [replica.journalled().count("slept ") for replica in replicas] == [10, 10]


def test_every_call_is_answered_while_one_of_two_replicas_stops(programs: Programs, vhost: Any) -> None:
    """What was on its way to the one that takes no more is for the other; none is told that there is no such method."""
    staying, stopping = [programs.service(vhost.amqp_url("projects")) for _ in range(2)]
    stopped = threading.Event()
    told: list[Any] = []

    def ask() -> None:
        client = RpcClient(vhost.amqp_url(), service="webhooks")
        while not stopped.is_set():
            try:
                told.append(client.call("projects.echo", {"a": 1}, result=dict[str, Any]))
            except NO_ANSWER as no:
                told.append(no)
        client.close()

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    until(lambda: len(told) > 40)
    assert stopping.terminate() == 0
    reached = len(told)
    until(lambda: len(told) > reached + 40)
    stopped.set()
    for asker in askers:
        asker.join(30)

    assert [] == [answer for answer in told if answer != {"a": 1}]
    assert staying.popen.poll() is None
