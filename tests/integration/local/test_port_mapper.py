"""RabbitMQ's port mapper is ours, and there is no other."""

import socket

import pytest

from synergy_local.credentials import Credentials
from synergy_local.ports import LOOPBACK
from synergy_local.processes import Child
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room


def test_a_broker_whose_port_mapper_has_been_stopped_starts_none_that_nobody_would_stop():
    with temporary_room(in_memory=True) as folder:
        room = Temporary(folder)
        broker = Servers(room.home(), Credentials(), account=room.account).rabbitmq
        broker.prepare()
        _, program = broker.programs()
        child = Child(program, room.room)
        try:
            assert child.process.wait(60) != 0
        finally:
            child.kill()

        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((LOOPBACK, broker.epmd_port))
