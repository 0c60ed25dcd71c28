"""The broker and the databases as tests see them: a private room for each test."""

import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pika
from pika.exceptions import AMQPError

from synergy_local.servers.postgres import Postgres
from synergy_local.servers.rabbitmq import RabbitMQ
from synergy_operator import broker, databases

TESTER = "tester"
"""A broker user that may do anything: what a test itself looks with."""
BATCH = 24
"""How many virtual hosts the broker starts with, and one call of the slow rabbitmqctl makes."""


@dataclass(frozen=True, slots=True)
class VirtualHost:
    """A virtual host of a test's own, with the exchanges and permissions of the real one."""

    name: str
    server: RabbitMQ

    def amqp_url(self, user: str = TESTER) -> str:
        """The address for `user`: a service, a relay (`relay-projects`), the gateway or the tester."""
        return self.server.url(user, vhost=self.name)


class Broker:
    """The test session's RabbitMQ; `unused` are virtual hosts that it has been started with."""

    def __init__(self, server: RabbitMQ, unused: Iterable[str] = ()) -> None:
        self.server = server
        self._unused = list(unused)

    def amqp_url(self, user: str = TESTER, *, vhost: str = broker.VHOST) -> str:
        """The address for `user`."""
        return self.server.url(user, vhost=vhost)

    def new_vhost(self) -> VirtualHost:
        """A virtual host nobody has used; of a new batch where the broker has lost the old one, for a test wiped it."""
        if not self._unused or not self._is_there(self._unused[-1]):
            self._unused = names_of_rooms()
            self.server.control("import_definitions", "--format=json", stdin=json.dumps(rooms(self._unused)))
        return VirtualHost(self._unused.pop(), self.server)

    def forget_rooms(self) -> None:
        """From its next start on the broker does not make those rooms that its data no longer has."""
        definitions = self.server.definitions
        names = {entry["name"] for entry in definitions["vhosts"]} - {broker.VHOST}
        for kind, entries in definitions.items():
            key = "name" if kind == "vhosts" else "vhost"
            if isinstance(entries, list):
                definitions[kind] = [entry for entry in entries if entry.get(key) not in names]

    def _is_there(self, vhost: str) -> bool:
        try:
            pika.BlockingConnection(pika.URLParameters(self.amqp_url(vhost=vhost))).close()
        except AMQPError:
            return False
        return True


def names_of_rooms() -> list[str]:
    """Of virtual hosts that are to be made."""
    return [f"test-{secrets.token_hex(6)}" for _ in range(BATCH)]


def rooms(names: list[str]) -> dict[str, object]:
    """The definitions of these virtual hosts; the users are there already."""
    everything: dict[str, list[object]] = {"vhosts": [{"name": name} for name in names]}
    for name in names:
        for kind, entries in broker.room(name).items():
            everything.setdefault(kind, []).extend(entries)
        everything["permissions"].append(all_rights(TESTER, name))
    return dict(everything)


def all_rights(user: str, vhost: str) -> dict[str, str]:
    """Permission to do anything in a virtual host."""
    return {"user": user, "vhost": vhost, "configure": ".*", "write": ".*", "read": ".*"}


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """An empty database with the two roles a service has."""

    name: str
    owner: str
    service: str
    owner_url: str
    service_url: str


@contextmanager
def fresh_database(server: Postgres) -> Iterator[FreshDatabase]:
    """A database of a name of its own, gone with the block, sessions and roles included."""
    tag = secrets.token_hex(5)
    database = databases.Database(
        name=f"test_{tag}",
        owner=f"test_{tag}_owner",
        owner_password=secrets.token_hex(8),
        service=f"test_{tag}_service",
        service_password=secrets.token_hex(8),
    )
    databases.create(server.admin_url, database)
    try:
        yield FreshDatabase(
            name=database.name,
            owner=database.owner,
            service=database.service,
            owner_url=server.url(database.owner, database.owner_password, database.name),
            service_url=server.url(database.service, database.service_password, database.name),
        )
    finally:
        databases.drop(server.admin_url, database)
