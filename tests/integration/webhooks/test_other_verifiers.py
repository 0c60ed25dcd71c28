"""What is sent, verified by programs that are not ours: in Python, and in JavaScript after `make verifiers`."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from integration.webhooks.steps import Arrived, World, receiving, until
from standardwebhooks import Webhook

FOLDER = Path(__file__).parents[2] / "verifiers"
NODE = shutil.which("node")
WITH_NODE = pytest.mark.skipif(
    NODE is None or not (FOLDER / "node_modules").is_dir(), reason="`make verifiers` puts them there, where node is"
)


@pytest.fixture
def sent(world: World) -> dict[str, tuple[Arrived, list[str]]]:
    """One delivery in each format, signed with two secrets, by format; the secrets beside it, the newest first."""
    secrets = {}
    with receiving() as receiver, world.sending():
        for format, secret in (("standard", None), ("seed", "It's a Secret to Everybody"), ("cloudevents", None)):
            made = world.webhook(f"{receiver.url}/{format}", format=format, secret=secret)
            secrets[format] = [world.rotate(made["id"]), made["secret"]]
        world.project(1)
        world.follow()
        until(lambda: len(receiver.arrived) == 3, what="all three")
    return {a.path.rpartition("/")[2]: (a, secrets[a.path.rpartition("/")[2]]) for a in receiver.arrived}


def test_in_python(sent):
    for format, (arrived, (new, old)) in sent.items():
        for secret in [new] if format == "seed" else [new, old]:
            assert Webhook(secret).verify(arrived.body, arrived.headers)
    arrived, _ = sent["cloudevents"]
    event = from_http_event(HTTPMessage(headers=arrived.headers, body=arrived.body))
    assert ("project.created", "1.0", arrived.headers["webhook-id"]) == (
        event.get_type(), event.get_specversion(), event.get_id(),
    )  # fmt: skip


@WITH_NODE
def test_in_javascript(sent):
    asked = [
        {
            "format": format,
            "headers": arrived.headers,
            "body": base64.b64encode(arrived.body).decode(),
            "secrets": secrets,
        }
        for format, (arrived, secrets) in sent.items()
    ]
    done = subprocess.run(
        [NODE, str(FOLDER / "verify.mjs")], input=json.dumps(asked), capture_output=True, text=True, timeout=100
    )

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {"standard", "seed", "cloudevents"} == {one["format"] for one in told}
    for one in told:
        assert one["standardwebhooks"] is True, one
        assert one["octokit"] is True, one
        assert one["tampered"] is False, one
    assert ["project.created"] == [one["cloudevent"] for one in told if one["format"] == "cloudevents"]
