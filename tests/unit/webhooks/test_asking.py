"""What an owner asks beside changes, what the owner is told, and what a subscription hears meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from synergy_webhooks.domain import asking
from synergy_webhooks.domain.commands import NoteFailure, PingWebhook, ReplayEvents, RotateSecret
from synergy_webhooks.domain.errors import RangeRefused, UnknownReplayType, WebhookInactive, WebhookNotFound
from synergy_webhooks.domain.events import (
    DeliveryFailed,
    DeliveryRepeated,
    EventsReplayed,
    SecretRotated,
    WebhookTested,
)
from synergy_webhooks.domain.subscription import Subscription, evolve

ID, DELIVERY = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MINE = Subscription(
    webhook_id=ID, owner_id=7, name="Mirror", url="https://example.com/", events=("*",), projects=(),
    format="standard", ordered=True, is_active=True, begins_after=40,
)  # fmt: skip
OFF = replace(MINE, is_active=False, disabled_reason="gone", disabled_at=NOW)
PAUSED = replace(MINE, is_active=False)


def replay(**asked):
    given = {"from_position": None, "since": None, "to": None, "types": (), "dry_run": False}
    return ReplayEvents(webhook_id=ID, owner_id=7, **(given | asked))


def failed(subscription, *, now=NOW):
    command = NoteFailure(webhook_id=ID, delivery_id=DELIVERY, event_type="task.created", reason="It answered 400.")
    return asking.delivery_failed(subscription, command, since=50, now=now)


def test_what_is_asked_becomes_a_fact_that_changes_nothing_else():
    facts = [
        *asking.rotate_secret(PAUSED, RotateSecret(webhook_id=ID, owner_id=7, overlap_hours=2), since=50),
        *asking.ping_webhook(MINE, PingWebhook(webhook_id=ID, owner_id=7), since=50),
        *asking.repeat_delivery(MINE, DELIVERY, owner_id=7, waits=False, since=50),
        *asking.replay_events(MINE, replay(from_position=1), after=0, upto=9, found=2, since=50),
    ]

    assert [
        SecretRotated(webhook_id=ID, overlap_hours=2, since=50),
        WebhookTested(webhook_id=ID, since=50),
        DeliveryRepeated(webhook_id=ID, delivery_id=DELIVERY, since=50),
        EventsReplayed(webhook_id=ID, after=0, upto=9, types=(), since=50),
    ] == facts
    assert {MINE} == {evolve(MINE, fact) for fact in facts}


def test_what_is_there_already_is_no_fact():
    assert asking.repeat_delivery(MINE, DELIVERY, owner_id=7, waits=True, since=50) == []
    assert asking.replay_events(MINE, replay(from_position=1), after=0, upto=9, found=0, since=50) == []


@pytest.mark.parametrize("subscription", [OFF, PAUSED], ids=["by_us", "by_its_owner"])
def test_nothing_is_sent_to_a_subscription_that_is_off(subscription):
    for act in (
        lambda: asking.ping_webhook(subscription, PingWebhook(webhook_id=ID, owner_id=7), since=50),
        lambda: asking.repeat_delivery(subscription, DELIVERY, owner_id=7, waits=False, since=50),
        lambda: asking.replay_events(subscription, replay(since=NOW), after=0, upto=9, found=2, since=50),
    ):
        with pytest.raises(WebhookInactive):
            act()


def test_what_is_another_s_does_not_exist():
    with pytest.raises(WebhookNotFound):
        asking.ping_webhook(MINE, PingWebhook(webhook_id=ID, owner_id=8), since=50)
    with pytest.raises(WebhookNotFound):
        asking.rotate_secret(None, RotateSecret(webhook_id=ID, owner_id=8, overlap_hours=2), since=50)


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        pytest.param({}, "/from_position", id="begins_nowhere"),
        pytest.param({"from_position": 1, "since": NOW}, "/from_position", id="begins_twice"),
        pytest.param({"from_position": 9, "to": 8}, "/to", id="ends_before_its_position"),
        pytest.param({"since": NOW, "to": NOW - DAY}, "/to", id="ends_before_its_time"),
        pytest.param({"since": NOW, "types": ("task.*", "taks.*")}, "/types/1", id="no_type"),
    ],
)
def test_a_range_that_is_none_is_refused_by_name(asked, pointer):
    with pytest.raises((RangeRefused, UnknownReplayType)) as no:
        asking.require_range(replay(**asked), {"task.created"})

    assert pointer == no.value.pointer


@pytest.mark.parametrize(
    "asked",
    [{"from_position": 1}, {"from_position": 8, "to": 8}, {"since": NOW, "to": 3}, {"from_position": 1, "to": NOW}],
    ids=str,
)
def test_positions_and_times_may_be_mixed(asked):
    asking.require_range(replay(**asked), {"task.created"})


def test_an_owner_is_told_of_failures_once_a_day():
    (fact,) = failed(MINE)
    told = evolve(MINE, fact)

    assert isinstance(fact, DeliveryFailed)
    assert (7, "Mirror", DELIVERY, NOW) == (fact.owner_id, fact.name, fact.delivery_id, fact.at)
    assert told == replace(MINE, failure_told_at=NOW)
    assert failed(told, now=NOW + DAY - timedelta(seconds=1)) == []
    assert failed(told, now=NOW + DAY) != []
    assert failed(None) == failed(replace(MINE, deleted=True)) == []


@pytest.mark.parametrize(
    ("subscription", "position", "at", "expected"),
    [
        pytest.param(MINE, 41, NOW, True, id="on"),
        pytest.param(MINE, 40, NOW, False, id="before_it_began"),
        pytest.param(OFF, 41, NOW + 29 * DAY, True, id="switched_off_by_us_it_catches_up"),
        pytest.param(OFF, 41, NOW + 30 * DAY, False, id="for_30_days"),
        pytest.param(replace(OFF, disabled_at=None), 41, NOW, True, id="as_the_old_event_does_not_say_when"),
        pytest.param(PAUSED, 41, NOW, False, id="paused_by_its_owner"),
        pytest.param(replace(MINE, deleted=True), 41, NOW, False, id="deleted"),
    ],
)
def test_what_a_subscription_hears(subscription, position, at, expected):
    assert expected == subscription.hears(position, at)
