"""A person is forgotten: their webhooks end, and nobody's deliveries name them any more."""

import json
from collections import Counter
from typing import Any

import pytest
from integration.webhooks.steps import ANN, BOB, World, receiving, until

from synergy_chassis.store.erase_command import run_erase
from synergy_chassis.store.erasing import Erasure
from synergy_chassis.store.verify import verify
from synergy_contracts.projects import Rendered
from synergy_webhooks.domain.errors import WebhookNotFound
from synergy_webhooks.handlers.erase_person import erase_person, without_name

BOBS_NAME = {"id": BOB, "username": "bob", "full_name": "Bob Stone"}


@pytest.fixture
def told(world: World, monkeypatch: Any) -> World:
    """A project of two, each with a webhook; the events name both."""
    ann = {"id": ANN, "username": "ann", "full_name": "Ann Ng"}

    def render(positions: list[int]) -> list[Rendered]:
        data = {"id": 1, "owner": ann, "team_members": [{"user": BOBS_NAME, "role": "viewer"}], "budget": "12.50"}
        return [Rendered(position=position, data=data, changes={}) for position in positions]

    monkeypatch.setattr(world.app.followers["projects"]._apply, "_render", render)
    world.project()
    world.projects.happens("member.added", user_id=BOB, role="viewer", entity=f"member-{BOB}")
    world.follow()
    return world


def erased(world: World, *, dry_run: bool = False) -> Erasure:
    return erase_person(str(BOB), dry_run, needs=world.app.needs)


def found(erasure: Erasure) -> dict[tuple[str, str], int]:
    rows: Counter[tuple[str, str]] = Counter()
    for trace in erasure.traces:
        rows[trace.place, trace.fate] += trace.rows
    return dict(rows)


def test_the_name_leaves_every_body_and_every_hash_stays_valid(told: World, capsys: Any) -> None:
    with receiving(lambda _: (200, {}, b"thanks, Bob Stone")) as receiver, told.sending():
        hook = told.webhook(receiver.url)["id"]
        bobs = told.webhook("http://127.0.0.1:9/", owner=BOB, name="Bob's own")["id"]
        told.projects.happens("task.created")
        told.follow()
        until(lambda: ["success"] == told.statuses(hook), what="it to be sent")
    assert verify(told.app.engine).ok

    assert 0 == run_erase(told.app.engine, told.app.erase_person, str(BOB))

    (delivery,) = told.deliveries(hook)
    data = delivery["payload"]["data"]
    assert {"id": BOB, "username": f"user-{BOB}", "full_name": ""} == data["team_members"][0]["user"]
    assert ("ann", "12.50") == (data["owner"]["username"], data["budget"])
    assert [None] == [attempt["response_body"] for attempt in delivery["attempts"]]
    for table in ("bodies", "webhooks", "attempts"):
        assert "Bob" not in json.dumps([str(tuple(row)) for row in told.sql(f"SELECT t::text FROM {table} t")])
    with pytest.raises(WebhookNotFound):
        told.app.read_webhook(bobs, BOB)
    said = capsys.readouterr().out
    assert "bodies: 1 erased: the name" in said
    assert "every hash is valid" in said


def test_the_report_says_what_was_there_and_what_stays(told: World) -> None:
    told.webhook("http://127.0.0.1:9/")
    told.webhook("http://127.0.0.1:9/", owner=BOB)
    told.projects.happens("task.created")
    told.follow()
    of_bob = "type = 'webhook.created' AND data ->> 'owner_id' = '2' OR type = 'user.heard' AND entity = 'user-2'"
    created = told.sql(f"SELECT count(*) FROM store.events WHERE {of_bob}")

    assert {
        ("webhooks", "erased"): 1, ("secrets", "erased"): 1, ("bodies", "erased"): 1, ("attempts", "erased"): 0,
        ("memberships", "kept"): 1, ("store.events", "kept"): created[0][0],
    } == found(erased(told))  # fmt: skip
    assert 0 == sum(count for (_, fate), count in found(erased(told)).items() if fate == "erased"), "nothing is left"


def test_a_dry_run_changes_nothing(told: World) -> None:
    bobs = told.webhook("http://127.0.0.1:9/", owner=BOB)["id"]
    hook = told.webhook("http://127.0.0.1:9/")["id"]
    told.projects.happens("task.created")
    told.follow()
    report = erased(told, dry_run=True)

    assert (1, 1) == (found(report)["webhooks", "erased"], found(report)["bodies", "erased"])
    assert told.app.read_webhook(bobs, BOB)["is_active"]
    assert BOBS_NAME == told.deliveries(hook)[0]["payload"]["data"]["team_members"][0]["user"]


def test_only_an_id_names_a_person_here(told: World) -> None:
    with pytest.raises(ValueError, match="by id"):
        erase_person("bob", True, needs=told.app.needs)


def test_other_things_with_the_same_id_keep_their_names() -> None:
    ann = {"id": 1, "username": "ann", "full_name": ""}
    body = {"data": {"id": 2, "name": "Apollo", "owner": ann}, "changes": [{"id": 2}]}

    assert body == without_name(body, BOB)
