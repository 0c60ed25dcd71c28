"""Auth as a process on a real broker, with a stand-in for webhooks: what it tells people while parts are missing."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import forking
import msgspec
import pika
import psycopg
import pytest
from integration.auth.followed import Webhooks
from system.steps import until

from synergy_chassis.bus import RpcClient, RpcTimeout, RpcUnavailable
from synergy_contracts.accounts import SignedIn
from synergy_contracts.envelope import StoredEvent
from synergy_contracts.refusals import Refused

QUEUE = "auth.follow.webhooks"
ANN = {"username": "ann", "email": "ann@example.com", "password": "correct horse battery"}


class World:
    """Auth, and webhooks beside it: processes that come and go."""

    def __init__(self, migrated: Any, vhost: Any, folder: Path) -> None:
        self.webhooks = Webhooks()
        self.client = RpcClient(vhost.amqp_url(), service="tests")
        self._database, self._vhost = psycopg.connect(migrated.service_url, autocommit=True), vhost
        self._events = folder / "events"
        self._events.touch()
        self._log = (folder / "log").open("wb")
        self._programs: dict[str, forking.Forked] = {}
        self._env = os.environ | {
            "AUTH_DATABASE_URL": migrated.service_url,
            "AUTH_AMQP_URL": vhost.amqp_url("auth"),
            "WEBHOOKS_AMQP_URL": vhost.amqp_url("webhooks"),
            "SECRET_KEY": "a secret key for the tests, long enough",
            "EVENTS": str(self._events),
        }

    def start(self, name: str) -> None:
        neighbour = str(Path(__file__).with_name("neighbour.py"))
        command = {"auth": ["-m", "synergy_auth", "serve"], "webhooks": [neighbour]}[name]
        self._programs[name] = forking.start(command, env=self._env, out=self._log.fileno(), green=True)

    def kill(self, name: str) -> None:
        self._programs[name].kill()
        self._programs[name].wait()

    def register(self) -> int:
        answer = self.client.call("auth.register", ANN, result=SignedIn)
        return answer.user.id

    def parts(self) -> dict[str, str]:
        with suppress(RpcUnavailable, RpcTimeout, Refused):
            health = self.client.call("auth.health", {}, result=dict[str, Any])
            return {name: part["status"] for name, part in health["parts"].items() if name != "relay"}
        return {}

    def others(self, like: int, count: int) -> list[int]:
        """So many more accounts."""
        columns = "password_hash, first_name, last_name, bio, location, phone, company, timezone, is_active,"
        columns += "is_superuser, generation, created_at, updated_at"
        made = self.rows(
            "INSERT INTO users (id, username, username_key, email, email_key, " + columns + ")"
            f" SELECT n, 'user' || n, 'user' || n, n || '@example.com', n || '@example.com', {columns}"
            f"   FROM users, generate_series(10001, 10000 + {count}) n WHERE id = {like} RETURNING id"
        )
        return [row[0] for row in made]

    def disables(self, owners: list[int]) -> list[StoredEvent]:
        """A webhook of each owner, all at once; as stored, but not sent yet."""
        made = [self.webhooks.disables(owner) for owner in owners]
        beside = self._events.with_suffix(".new")
        beside.write_bytes(b"\n".join(map(msgspec.json.encode, self.webhooks.events)))
        beside.rename(self._events)
        return made

    def send(self, events: list[StoredEvent]) -> None:
        with pika.BlockingConnection(pika.URLParameters(self._vhost.amqp_url("relay-webhooks"))) as connection:
            channel = connection.channel()
            properties = pika.BasicProperties(user_id="relay-webhooks", delivery_mode=2)
            for event in events:
                channel.basic_publish("webhooks.events", event.type, msgspec.json.encode(event), properties)

    def lose_queue(self) -> None:
        with pika.BlockingConnection(pika.URLParameters(self._vhost.amqp_url())) as connection:
            connection.channel().queue_delete(QUEUE)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._database.execute(query).fetchall()

    def told(self) -> list[Any]:
        """Ids of the events in the order in which they became mails."""
        return [row[0] for row in self.rows("SELECT event_id FROM mails WHERE event_id IS NOT NULL ORDER BY id")]

    def close(self) -> None:
        self.client.close()
        self._database.close()
        for name in self._programs:
            self.kill(name)
        self._log.close()


@pytest.fixture
def world(migrated, vhost, tmp_path) -> Iterator[World]:
    world = World(migrated, vhost, tmp_path)
    try:
        yield world
    finally:
        world.close()


def test_auth_serves_without_webhooks_says_so_and_tells_people_when_it_comes(world: World) -> None:
    world.start("auth")
    until(lambda: world.parts() == {"database": "up", "consumer": "down"}, what="auth to serve, and to say what lacks")
    events = world.disables([world.register()] * 3)

    world.start("webhooks")
    until(lambda: world.parts() == {"database": "up", "consumer": "up"}, what="the consumer to be up")
    until(lambda: len(world.told()) == 3, what="what was never sent to be fetched")

    assert [event.event_id for event in events] == world.told()
    until(
        lambda: world.rows("SELECT FROM mails WHERE event_id IS NOT NULL AND sent_at IS NULL") == [],
        what="all to leave",
    )


def test_killed_in_the_middle_with_its_queue_lost_and_everything_sent_twice_each_is_told_once(world: World) -> None:
    world.start("webhooks")
    world.start("auth")
    until(lambda: world.parts() == {"database": "up", "consumer": "up"}, what="both to serve")
    owners = world.others(world.register(), 120)  # each is sent twice: more than the 200 that are taken at once
    ids: list[Any] = []
    for number in range(2):
        events = world.disables(owners)
        ids += [event.event_id for event in events]
        world.send([*events, *events])
        until(lambda: len(world.told()) > 120 * number, what="the first to be told")  # noqa: B023
        world.kill("auth")
        if number == 1:
            world.lose_queue()
        world.start("auth")
    until(lambda: len(world.told()) >= len(ids), what="all to be told")
    world.send(world.webhooks.events[:5])
    until(lambda: world.parts() == {"database": "up", "consumer": "up"}, what="it to serve again")

    assert ids == world.told()
    assert [(240, 240)] == world.rows("SELECT position, taken FROM store.positions")
