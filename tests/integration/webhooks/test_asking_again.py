"""What owners ask for: tests, new secrets, deliveries again, the past again, and to be switched on."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from integration.webhooks.steps import ANN, BOB, World, receiving, until

from synergy_webhooks.domain.backoff import Schedule
from synergy_webhooks.domain.errors import DeliveryNotFound, WebhookInactive, WebhookNotFound
from synergy_webhooks.signatures import VerificationFailed, verify

RESTS = Schedule(waits=(timedelta(hours=1),))


def test_a_test_goes_out_at_once_also_while_the_endpoint_rests_and_is_tried_but_once(world: World):
    answers = iter([500, 500])
    with receiving(lambda _: next(answers, 204)) as receiver, world.sending(schedule=RESTS):
        hook = world.webhook(receiver.url)["id"]
        world.project(1)
        world.follow()
        until(lambda: world.statuses(hook) == ["retrying"], what="the endpoint to rest")
        command = uuid4()
        test = world.ping(hook, command_id=command)["id"]
        assert test == world.ping(hook, command_id=command)["id"], "a repeat of the command sends nothing"
        until(lambda: world.app.read_delivery(test, ANN)["status"] == "failed", what="the test to fail")
        second = world.ping(hook)["id"]
        until(lambda: world.statuses(hook) == ["success", "failed", "success"], what="both after the test")

    failed = world.app.read_delivery(test, ANN)
    assert (None, 1, "webhook.tested") == (failed["sequence"], len(failed["attempts"]), failed["event_type"])
    arrived = next(a for a in receiver.arrived if a.headers["x-webhook-delivery"] == str(second))
    assert "webhook-sequence" not in arrived.headers
    assert ("webhook.tested", str(hook)) == (arrived.json["type"], arrived.json["data"]["id"])
    view = world.app.read_webhook(hook, ANN)
    assert (1, 1, 0) == (view["total_deliveries"], view["successful_deliveries"], view["failed_deliveries"])
    with pytest.raises(WebhookNotFound):
        world.ping(hook, owner=BOB)


def test_a_rotated_secret_signs_beside_the_former_one_until_the_overlap_ends(world: World):
    with receiving() as receiver, world.sending():
        made = world.webhook(receiver.url, secret="the first secret")
        hook, command = made["id"], uuid4()
        second = world.rotate(hook, hours=24, command_id=command)
        assert world.rotate(hook, command_id=command) is None, "told once"
        world.project(1)
        world.follow()
        until(lambda: receiver.arrived, what="the first delivery")
        third = world.rotate(hook, hours=0)
        world.projects.happens("task.created")
        world.follow()
        until(lambda: len(receiver.arrived) == 2, what="the second delivery")

    overlapping, after = receiver.arrived
    assert 2 == len(overlapping.headers["webhook-signature"].split())
    for secret in ("the first secret", second):
        verify(overlapping.headers, overlapping.body, [secret], now=datetime.now(UTC))
    verify(after.headers, after.body, [third], now=datetime.now(UTC))
    with pytest.raises(VerificationFailed):
        verify(after.headers, after.body, ["the first secret", second], now=datetime.now(UTC))
    types = [event.type for event in world.app.log.stream(f"webhook-{hook}")]
    assert types == ["webhook.created", "webhook.secret_rotated", "webhook.secret_rotated"]
    assert "secret" not in {key for event in world.app.log.stream(f"webhook-{hook}") for key in event.data}
    for _ in range(7):
        world.rotate(hook, hours=168)
    assert 5 == len(world.sql("SELECT 1 FROM webhook_secrets WHERE webhook_id = :w", w=hook))


def test_a_delivery_is_sent_again_under_its_ids_and_with_fresh_patience(world: World):
    answers = iter([400] * 20)
    with receiving(lambda _: next(answers, 200)) as receiver, world.sending(tells_every=0.05):
        hook = world.webhook(receiver.url)["id"]
        world.project(1)
        world.follow()
        until(lambda: world.statuses(hook) == ["failed"], what="ten refusals")
        until(lambda: "webhook.delivery_failed" in facts(world, hook), what="the owner to be told")
        world.projects.happens("task.created")
        world.follow()
        until(lambda: world.statuses(hook) == ["failed"] * 2, what="ten more")
        world.sql("DELETE FROM bodies")
        delivery, _ = world.deliveries(hook)
        assert delivery["payload"] is None
        with pytest.raises(DeliveryNotFound):
            world.repeat(delivery["id"], owner=BOB)

        world.repeat(delivery["id"])
        until(lambda: world.statuses(hook) == ["success", "failed"], what="the success")

    delivery, _ = world.deliveries(hook)
    assert [400] * 10 + [200] == [attempt["status_code"] for attempt in delivery["attempts"]]
    sent = [a for a in receiver.arrived if a.headers["x-webhook-delivery"] == str(delivery["id"])]
    assert 1 == len({(a.headers["webhook-id"], a.body) for a in sent})
    told = [event for event in world.app.log.stream(f"webhook-{hook}") if event.type == "webhook.delivery_failed"]
    assert [(ANN, str(delivery["id"]), "project.created")] == [
        (one.data["owner_id"], one.data["delivery_id"], one.data["event_type"]) for one in told
    ], "once a day"
    assert "It answered 400." in told[0].data["reason"]
    world.change(hook, is_active=False)
    with pytest.raises(WebhookInactive):
        world.repeat(delivery["id"])


def test_the_past_is_replayed_from_a_position_or_a_time_and_takes_no_numbers(world: World):
    world.project(1)
    world.projects.happens("task.created")
    world.project(2, owner=BOB)
    middle = world.projects.happens("task.updated")
    world.projects.happens("task.completed")
    world.follow()
    with receiving() as receiver, world.sending():
        hook = world.webhook(receiver.url, events=("task.*",))["id"]
        heard = world.projects.happens("task.reopened")
        world.follow()
        until(lambda: world.statuses(hook) == ["success"], what="what it heard itself")

        counted = world.replay(hook, from_position=1, dry_run=True)
        assert (4, None, True) == (counted["events"], counted["next_position"], counted["dry_run"])
        assert 2 == world.replay(hook, since=middle.recorded_at, to=heard.recorded_at, dry_run=True)["events"]
        assert 1 == world.replay(hook, from_position=1, types=("task.created",), dry_run=True)["events"]
        assert 1 == len(receiver.arrived), "a dry run sends nothing"

        assert 4 == world.replay(hook, from_position=1)["events"]
        until(lambda: len(receiver.arrived) == 5, what="the past")
        until(lambda: world.statuses(hook) == ["success"] * 4, what="the record of it")

    ids = {event.type: str(event.event_id) for event in world.projects.events}
    again = [arrived.headers for arrived in receiver.arrived[1:]]
    types = ["task.created", "task.updated", "task.completed", "task.reopened"]
    assert types == [headers["x-webhook-event"] for headers in again], "in order"
    assert [ids[type] for type in types] == [headers["webhook-id"] for headers in again]
    assert [None, None, None, "1"] == [headers.get("webhook-sequence") for headers in again]
    assert 1 == world.app.read_webhook(hook, ANN)["total_deliveries"]
    world.projects.happens("task.updated")
    world.follow()
    assert [2] == [d["sequence"] for d in world.deliveries(hook, status="pending")], "numbers go on without a gap"


def test_a_replay_tells_where_to_go_on_and_sends_nothing_of_what_is_not_derived_yet(world: World, monkeypatch):
    from synergy_webhooks.policies import past

    monkeypatch.setattr(past, "AT_ONCE", 2)
    hook = world.webhook("http://127.0.0.1:9/")["id"]
    world.project(1)
    for _ in range(2):
        world.projects.happens("task.created")
    world.follow()
    world.projects.happens("task.updated")

    first = world.replay(hook, from_position=1, dry_run=True)
    second = world.replay(hook, from_position=first["next_position"], dry_run=True)

    assert (2, 1, None) == (first["events"], second["events"], second["next_position"])


def test_enabled_it_catches_up_on_what_happened_while_it_was_off(world: World):
    answers = iter([410])
    with receiving(lambda _: next(answers, 200)) as receiver, world.sending(schedule=RESTS):
        other = world.webhook("http://127.0.0.1:9/", events=("webhook.*",))["id"]
        hook = world.webhook(receiver.url)["id"]
        world.project(1)
        world.follow()
        until(lambda: not world.app.read_webhook(hook, ANN)["is_active"], what="being switched off")
        world.projects.happens("task.created")
        world.follow()
        with pytest.raises(WebhookInactive):
            world.ping(hook)

        assert world.enable(hook)["is_active"]
        until(lambda: world.statuses(hook) == ["success"] * 2, what="catching up")

    assert [1, 1, 2] == receiver.sequences()
    (told,) = world.deliveries(other)
    assert ("webhook.disabled", 1) == (told["event_type"], told["sequence"])
    assert (str(hook), False) == (told["payload"]["data"]["id"], told["payload"]["data"]["is_active"])


def test_what_waits_says_for_what(world: World):
    with receiving(lambda _: 500) as receiver, world.sending(schedule=RESTS):
        hook = world.webhook(receiver.url)["id"]
        world.project(1)
        world.project(2)
        for _ in range(3):
            world.projects.happens("task.created", 1)
        world.follow()
        until(lambda: "retrying" in world.statuses(hook), what="the failure")

    first, other, *rest = world.deliveries(hook)
    assert [None, None] == [first["blocked_by"], other["blocked_by"]]
    assert {first["id"]} == {delivery["blocked_by"] for delivery in rest}


def facts(world: World, hook: UUID) -> list[str]:
    return [event.type for event in world.app.log.stream(f"webhook-{hook}")]
