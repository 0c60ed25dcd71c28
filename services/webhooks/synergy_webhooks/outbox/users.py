"""Deliveries of what happens to accounts, to subscriptions of superusers."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from synergy_chassis.store import RecordedEvent
from synergy_webhooks import queries
from synergy_webhooks.bodies import Told, render
from synergy_webhooks.domain.events import UserHeard
from synergy_webhooks.domain.matching import matches
from synergy_webhooks.domain.subscription import Subscription
from synergy_webhooks.outbox.planned import AUTH, Planned
from synergy_webhooks.outbox.rows import write


def tell_superusers(rows: Connection, event: RecordedEvent, heard: UserHeard) -> None:
    """
    One delivery to each subscription that hears it. The follower's position in the projects store is to be locked, so
    that numbers go on in one order.
    """
    if not heard.superusers:
        return
    listening = queries.listening_subscriptions(rows, heard.superusers)
    found = [planned(event, heard, one) for one in hearing(listening, heard)]
    if found:
        told = told_of(event, heard)
        bodies = {(heard.event_id, one.format): render(told, one.format) for one in found}
        write(rows, found, lambda: bodies, now=event.recorded_at)


def hearing(subscriptions: Iterable[Subscription], heard: UserHeard) -> Iterator[Subscription]:
    """Those of these that are a superuser's, name such an event, and are not narrowed to projects."""
    for one in subscriptions:
        if (
            one.owner_id in heard.superusers
            and not one.projects
            and one.hears(heard.since + 1, heard.at)
            and matches(one.events, heard.type)
        ):
            yield one


def planned(event: RecordedEvent, heard: UserHeard, to: Subscription) -> Planned:
    """The delivery under the id of auth's event. Those about one user keep their order."""
    return Planned(
        webhook_id=to.webhook_id,
        source=AUTH,
        position=heard.position,
        stream=event.entity,
        event_id=heard.event_id,
        event_type=heard.type,
        at=heard.at,
        format=to.format,
        ordered=to.ordered,
        traceparent=event.meta.get("traceparent"),
    )


def told_of(event: RecordedEvent, heard: UserHeard) -> Told:
    """What is told of it: ids and rights, nothing else of a person."""
    actor_id = event.meta.get("actor_id")
    rights = {} if heard.is_superuser is None else {"is_superuser": heard.is_superuser}
    return Told(
        event_id=heard.event_id,
        type=heard.type,
        at=heard.at,
        position=None,
        stream=event.entity,
        version=None,
        entity=event.entity,
        actor=None if actor_id is None else {"id": actor_id},
        data={"id": heard.user_id, **rights},
        changes={right: {"from": not value, "to": value} for right, value in rights.items()},
    )
