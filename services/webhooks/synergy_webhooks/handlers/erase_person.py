"""Forget a person: end their subscriptions, and take their name out of what was told to others."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, literal, select, text, update

from synergy_chassis.clock import new_id
from synergy_chassis.store import CommandContext
from synergy_chassis.store.erasing import Erasure, Fate, Trace, counted
from synergy_webhooks.domain.commands import DeleteWebhook
from synergy_webhooks.domain.errors import WebhookNotFound
from synergy_webhooks.handlers.delete_webhook import delete_webhook
from synergy_webhooks.handlers.needs import Needs
from synergy_webhooks.tables import attempts, bodies, deliveries, memberships, secrets, webhooks

Named = list[tuple[UUID, str, bytes]]
"""Bodies that name the person: event, format, and the body without the name."""


_MADE = text("""
    SELECT count(*) FROM store.events WHERE type = 'webhook.created' AND (data ->> 'owner_id')::bigint = :user_id
""")


_HEARD = text("""
    SELECT count(*) FROM store.events WHERE type = 'user.heard' AND entity = :entity
""")


def erase_person(person: str, dry_run: bool, *, needs: Needs) -> Erasure:
    """
    End the subscriptions of the user with the id `person`, and blank their name in the bodies of all deliveries, with
    what receivers answered to these. What was sent cannot be called back; what waits is sent without the name.

    The names and URLs that they gave their webhooks stay in the log. Raises ValueError when it is no id.
    """
    if not person.isdecimal():
        raise ValueError("Name the user by id: webhooks knows nobody's name.")
    user_id = int(person)
    with needs.uow.reading() as rows:
        named = list(_named(rows, user_id))
        owned = list(rows.execute(select(webhooks.c.webhook_id).where(webhooks.c.owner_id == user_id)).scalars())
        traces = _traces(rows, user_id, owned, named)
    if not dry_run:
        for webhook_id in owned:
            _end(webhook_id, user_id, needs)
        with needs.uow.writing() as rows:
            _blank(rows, named)
    return Erasure(service="webhooks", user_id=user_id, dry_run=dry_run, traces=traces)


def without_name(value: Any, user_id: int) -> Any:
    """A body with the person shown as anybody whose account is gone: `user-<id>`."""
    if isinstance(value, list):
        return [without_name(inner, user_id) for inner in value]
    if not isinstance(value, dict):
        return value
    if value.get("id") == user_id and "username" in value:
        return value | {"username": f"user-{user_id}", "full_name": ""}
    return {name: without_name(inner, user_id) for name, inner in value.items()}


def _named(rows: Connection, user_id: int) -> Iterator[tuple[UUID, str, bytes]]:
    holds = func.position(literal(f'"id":{user_id},'.encode()).op("IN")(bodies.c.body)) > 0
    for row in rows.execute(select(bodies).where(holds).execution_options(yield_per=500)):
        before = json.loads(row.body)
        after = without_name(before, user_id)
        if after != before:
            body = json.dumps(after, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            yield row.event_id, row.format, body.encode()


def _end(webhook_id: UUID, user_id: int, needs: Needs) -> None:
    context = CommandContext(command_id=new_id(), actor_id=None, request_id=None)
    try:
        delete_webhook(DeleteWebhook(webhook_id=webhook_id, owner_id=user_id), context=context, needs=needs)
    except WebhookNotFound:
        return


def _blank(rows: Connection, named: Named) -> None:
    for event_id, format, body in named:
        this = and_(bodies.c.event_id == event_id, bodies.c.format == format)
        rows.execute(update(bodies).where(this).values(body=body))
    rows.execute(update(attempts).where(_answers(named)).values(response_body=None))


def _answers(named: Named) -> ColumnElement[bool]:
    told = select(deliveries.c.delivery_id).where(deliveries.c.event_id.in_({event_id for event_id, _, _ in named}))
    return attempts.c.delivery_id.in_(told) & attempts.c.response_body.is_not(None)


def _traces(rows: Connection, user_id: int, owned: list[UUID], named: Named) -> list[Trace]:
    streams = rows.execute(_MADE, {"user_id": user_id}).scalar_one()
    heard = rows.execute(_HEARD, {"entity": f"user-{user_id}"}).scalar_one()
    found: list[tuple[str, int, str, Fate]] = [
        ("webhooks", len(owned), "names and URLs of their webhooks", "erased"),
        ("secrets", counted(rows, secrets.c.webhook_id.in_(owned)), "secrets of their webhooks, sealed", "erased"),
        ("bodies", len(named), "the name, in what was told of projects", "erased"),
        ("attempts", counted(rows, _answers(named)), "what receivers answered to that", "erased"),
        ("memberships", counted(rows, memberships.c.user_id == user_id), "a member's id", "kept"),
        ("store.events", streams, "webhooks of theirs, by the names and URLs they gave them", "kept"),
        ("store.events", heard, "what happened to their account, by its id", "kept"),
    ]
    return [Trace(place=place, rows=count, holds=holds, fate=fate) for place, count, holds, fate in found]
