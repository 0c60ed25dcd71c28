"""
The service and the sender as others meet them: processes on a real broker, with a stand-in for projects beside them.
"""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import forking
import msgspec
import psycopg
import pytest
from integration.webhooks.databases import a_migrated_database
from integration.webhooks.steps import Projects, receiving, until

from synergy_chassis.bus import RpcClient, RpcUnavailable
from synergy_contracts.envelope import Actor
from synergy_contracts.refusals import Refused

ANN, BOB = Actor(user_id=1), Actor(user_id=2)


class Door:
    """Calls webhooks as the gateway does, and as other services do; `events` is what projects has stored."""

    def __init__(self, client: RpcClient, events: Path, env: dict[str, str]) -> None:
        self.client = client
        self.env = env
        self.projects = Projects()
        self._events = events

    def __call__(self, verb: str, actor: Actor | None = ANN, /, **body: Any) -> Any:
        return self.client.call(f"webhooks.{verb}", body, result=Any, actor=actor)

    def happens(self, type: str, **data: Any) -> None:
        self.projects.happens(type, **data)
        self._events.write_bytes(b"\n".join(map(msgspec.json.encode, self.projects.events)))

    def refused(self, verb: str, actor: Actor | None = ANN, /, **body: Any) -> tuple[str, str, list[str]]:
        """Kind, code and the fields at fault of the refusal."""
        with pytest.raises(Refused) as no:
            self(verb, actor, **body)
        return no.value.kind, no.value.code, [error["pointer"] for error in json.loads(no.value.errors or "[]")]

    def parts(self) -> dict[str, str]:
        with suppress(RpcUnavailable, Refused):
            return {name: part["status"] for name, part in self("health", None)["parts"].items()}
        return {}


@pytest.fixture(scope="module")
def door(_postgres, broker, tmp_path_factory) -> Iterator[Door]:
    vhost = broker.new_vhost()
    events = tmp_path_factory.mktemp("projects") / "events"
    events.touch()
    with a_migrated_database(_postgres) as database:
        env = os.environ | {
            "WEBHOOKS_DATABASE_URL": database.service_url,
            "WEBHOOKS_AMQP_URL": vhost.amqp_url("webhooks"),
            "RELAY_AMQP_URL": vhost.amqp_url("relay-webhooks"),
            "PROJECTS_AMQP_URL": vhost.amqp_url("projects"),
            "SECRET_KEY": "a key for tests, long enough",
            "WEBHOOK_ALLOW": "127.0.0.1",
            "EVENTS": str(events),
        }
        commands = [["-m", "synergy_webhooks", verb] for verb in ("serve", "relay", "send")]
        commands.append([str(Path(__file__).with_name("neighbour.py"))])
        programs = [forking.start(command, env=env, green=command[-1] != "send") for command in commands]
        door = Door(RpcClient(vhost.amqp_url(), service="tests"), events, env)
        try:
            up = dict.fromkeys(("database", "relay", "consumer", "models", "senders"), "up")
            without_auth = up | {"accounts": "down"}  # nothing else waits for it
            until(lambda: door.parts() == without_auth, what="every part to be up", seconds=30)
            yield door
            for program in programs[:3]:
                program.send_signal(signal.SIGTERM)
            assert [program.wait(30) for program in programs[:3]] == [0, 0, 0]
        finally:
            door.client.close()
            for program in programs:
                program.kill()
                program.wait()


def test_from_a_stored_event_to_a_delivery_on_the_log(door: Door):
    with receiving() as receiver:
        hook = door("create_webhook", name="Mirror", url=receiver.url, events=["project.*"], secret="test_secret")
        door.happens("project.created", owner_id=1)
        door.happens("task.created")
        found = until(
            lambda: door("list_deliveries", webhook_id=hook["id"], status="success")["results"], what="the delivery"
        )

        assert [arrived.json["type"] for arrived in receiver.arrived] == ["project.created"]
    assert (
        found[0]["sequence"], found[0]["event_type"], found[0]["payload"]["data"],
    ) == (1, "project.created", {"name": "Apollo"})  # fmt: skip
    assert found[0] == door("read_delivery", delivery_id=found[0]["id"])
    assert door.refused("read_delivery", BOB, delivery_id=found[0]["id"])[0] == "not_found"
    read = door("read_webhook", webhook_id=hook["id"])
    assert tuple(read[name] for name in ("secret", "total_deliveries", "successful_deliveries", "health")) == (
        None,
        1,
        1,
        "healthy",
    )


def test_a_parked_event_is_delivered_after_its_replay(door: Door):
    hook = door("create_webhook", name="Mirror", url="https://example.com/", events=["project.*"])
    event = Projects().happens("project.created", 77, owner_id=1)
    with psycopg.connect(door.env["WEBHOOKS_DATABASE_URL"], autocommit=True) as database:
        database.execute(
            "INSERT INTO store.parked (consumer, source, position, stream, event, error)"
            " VALUES ('webhooks', 'projects', 1000, %s, %s, 'a bug')",
            (event.stream, msgspec.json.encode(msgspec.structs.replace(event, position=1000)).decode()),
        )

    done = forking.run(["-m", "synergy_webhooks", "replay", "--json"], env=door.env)

    assert (done.returncode, json.loads(done.stdout)) == (0, {"replayed": 1, "parked": 0}), done.stderr
    found = door("list_deliveries", webhook_id=hook["id"])["results"]
    assert [delivery["event_type"] for delivery in found] == ["project.created"]
    door("delete_webhook", webhook_id=hook["id"])


def test_changes_and_the_end(door: Door):
    hook = door("create_webhook", name="Mirror", url="https://example.com/webhook", events=["*"])["id"]

    assert door("update_webhook", webhook_id=hook, changes={"name": "Copy", "events": ["task.*"]})["name"] == "Copy"
    assert hook in [item["id"] for item in door("list_webhooks", is_active=True)["results"]]
    assert door.refused("update_webhook", BOB, webhook_id=hook, changes={})[0] == "not_found"
    assert door("delete_webhook", webhook_id=hook) is None
    assert door.refused("read_webhook", webhook_id=hook) == ("not_found", "webhook-not-found", [])
    head = door("head", None)["position"]
    page = door("events_after", None, position=0)
    assert head == page["read_to"]
    assert {"webhook.created", "webhook.updated", "webhook.deleted"} <= {event["type"] for event in page["events"]}


@pytest.mark.parametrize(
    ("changes", "kind", "pointer"),
    [
        ({"url": "http://127.1.2.3:1/"}, "invalid", "/url"),
        ({"url": "http://169.254.169.254/latest/"}, "invalid", "/url"),
        ({"url": "https://[::1]/"}, "invalid", "/url"),
        ({"url": "not a url"}, "invalid", "/url"),
        ({"events": ["task.exploded"]}, "invalid", "/events/0"),
        ({"events": []}, "invalid", "/events"),
        ({"events": "task.*"}, "invalid", "/events"),
        ({"projects": [999]}, "invalid", "/projects/0"),
        ({"secret": "whsec_x!"}, "invalid", "/secret"),
        ({"format": "xml"}, "invalid", "/format"),
        ({"colour": "red"}, "invalid", "/colour"),
        ({"name": "a\x00b"}, "invalid", "/name"),
    ],
    ids=str,
)
def test_bad_input_is_refused_by_its_field(door: Door, changes, kind, pointer):
    body = {"name": "x", "url": "https://example.com/", "events": ["*"]} | changes

    assert (kind, [pointer]) == (lambda no: (no[0], no[2]))(door.refused("create_webhook", **body))


def test_nobody_is_told_anything(door: Door):
    for verb, body in (
        ("list_webhooks", {}),
        ("read_webhook", {"webhook_id": str(uuid4())}),
        ("create_webhook", {"name": "x", "url": "https://example.com/", "events": ["*"]}),
    ):
        assert door.refused(verb, None, **body)[0] == "unauthenticated"
