"""Deliveries of what happens to subscriptions themselves: tests, and that one was switched off."""

from typing import Any, Final

from sqlalchemy import Connection

from synergy_chassis.store import RecordedEvent
from synergy_webhooks import queries
from synergy_webhooks.bodies import Told, render
from synergy_webhooks.domain.matching import matches
from synergy_webhooks.domain.subscription import Subscription
from synergy_webhooks.outbox.planned import WEBHOOKS, Planned
from synergy_webhooks.outbox.rows import AHEAD, write

SWITCHED_OFF: Final = {"is_active": {"from": True, "to": False}}


def tell_owner_s_others(rows: Connection, event: RecordedEvent, off: Subscription) -> None:
    """
    `off` was switched off: one delivery of that to each other subscription of its owner that names such an event and
    is not narrowed to projects. The follower's position is to be locked, so that numbers go on in one order.
    """
    listening = queries.listening_subscriptions(rows, [off.owner_id])
    found = [planned(event, one, numbered=True) for one in listening if hears_of_others(one, off, event)]
    if found:
        told = told_of(event, off, changes=SWITCHED_OFF)
        bodies = {(event.event_id, one.format): render(told, one.format) for one in found}
        write(rows, found, lambda: bodies, now=event.recorded_at)


def send_test(rows: Connection, event: RecordedEvent, subscription: Subscription) -> Planned:
    """The event itself is sent, before what else waits, to this subscription alone; it takes no number."""
    test = planned(event, subscription, numbered=False)
    body = render(told_of(event, subscription, changes={}), subscription.format)
    write(rows, [test], lambda: {(event.event_id, test.format): body}, now=event.recorded_at, ready_at=AHEAD)
    return test


def hears_of_others(one: Subscription, off: Subscription, event: RecordedEvent) -> bool:
    """Whether the subscription is told what happened to another one of its owner's."""
    return (
        one.webhook_id != off.webhook_id
        and one.owner_id == off.owner_id
        and not one.projects
        and one.hears(int(event.data["since"]) + 1, event.recorded_at)
        and matches(one.events, event.type)
    )


def planned(event: RecordedEvent, to: Subscription, *, numbered: bool) -> Planned:
    """The delivery of a subscription's fact. Those of one stream keep their order, tests are by themselves."""
    return Planned(
        webhook_id=to.webhook_id,
        source=WEBHOOKS,
        position=event.version,
        stream=event.stream,
        event_id=event.event_id,
        event_type=event.type,
        at=event.recorded_at,
        format=to.format,
        ordered=to.ordered and numbered,
        numbered=numbered,
        traceparent=event.meta.get("traceparent"),
    )


def told_of(event: RecordedEvent, subscription: Subscription, *, changes: dict[str, Any]) -> Told:
    """What is told of it. Never the URL, which may hold a token, nor a secret."""
    actor_id = event.meta.get("actor_id")
    return Told(
        event_id=event.event_id,
        type=event.type,
        at=event.recorded_at,
        position=None,
        stream=event.stream,
        version=None,
        entity=event.entity,
        actor=None if actor_id is None else {"id": actor_id},
        data={
            "id": str(subscription.webhook_id),
            "name": subscription.name,
            "events": list(subscription.events),
            "projects": list(subscription.projects),
            "format": subscription.format,
            "ordered": subscription.ordered,
            "is_active": subscription.is_active,
            "disabled_reason": subscription.disabled_reason,
        },
        changes=changes,
    )
