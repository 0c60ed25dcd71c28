"""RabbitMQ beside another one on the machine: back whole after its data was wiped, gone whole when it is stopped."""

import shutil
import socket

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError

from synergy_local.credentials import Credentials
from synergy_local.ports import LOOPBACK
from synergy_local.processes import Child
from synergy_local.servers.testbed import TESTER, Broker, all_rights
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room
from synergy_operator.broker import VHOST


@pytest.fixture
def another():
    """A room with servers of its own, not started."""
    with temporary_room(in_memory=True) as folder:
        temporary = Temporary(folder)
        try:
            servers = Servers(
                temporary.home(), Credentials(), account=temporary.account, extra_users={TESTER: "tester"}
            )
            servers.rabbitmq.definitions["permissions"].append(all_rights(TESTER, VHOST))
            yield temporary, servers
        finally:
            temporary.stop()


def test_a_wiped_broker_has_its_users_permissions_and_exchanges_again(broker, another):
    room, servers = another
    room.start(servers.rabbitmq)
    rooms_of_tests = Broker(servers.rabbitmq)
    before = rooms_of_tests.new_vhost()
    room.stop()
    shutil.rmtree(servers.rabbitmq.home / "mnesia")

    room.start(servers.rabbitmq)

    for source in ("auth", "projects", "webhooks"):
        with pika.BlockingConnection(pika.URLParameters(servers.rabbitmq.url(f"relay-{source}"))) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish(f"{source}.events", "project.created", b"{}")
            with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
                channel.basic_publish("nameko-rpc", "auth.login", b"{}")
    guest = pika.PlainCredentials("guest", "guest")
    with pytest.raises(ProbableAuthenticationError):
        pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", servers.rabbitmq.port, "/", guest))
    after = rooms_of_tests.new_vhost()
    assert after.name != before.name
    pika.BlockingConnection(pika.URLParameters(after.amqp_url())).close()


def test_a_broker_whose_port_mapper_has_been_stopped_starts_none_that_nobody_would_stop(another):
    room, servers = another
    servers.rabbitmq.prepare()
    _, program = servers.rabbitmq.programs()
    broker = Child(program, room.room)

    assert broker.process.wait(60) != 0

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, servers.rabbitmq.epmd_port))
