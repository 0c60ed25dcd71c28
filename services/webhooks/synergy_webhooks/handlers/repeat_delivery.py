"""Send one delivery again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from synergy_chassis.store import CommandContext, RecordedEvent, StreamNotFound, Writer
from synergy_webhooks import projections, queries
from synergy_webhooks.bodies import render
from synergy_webhooks.domain import asking, decide
from synergy_webhooks.domain.commands import RepeatDelivery
from synergy_webhooks.domain.errors import DeliveryNotFound, WebhookNotFound
from synergy_webhooks.handlers.needs import Bodies, Needs
from synergy_webhooks.outbox import again, users
from synergy_webhooks.outbox.planned import AUTH, PROJECTS
from synergy_webhooks.outbox.rows import keep_bodies
from synergy_webhooks.tables import OPEN, bodies, deliveries


def repeat_delivery(command: RepeatDelivery, *, context: CommandContext, needs: Needs) -> None:
    """
    A delivery that has ended waits again, first in its lane, under the same ids and with its attempts so far; one that
    waits anyhow is tried at once. Bytes that were dropped meanwhile are made again.

    Raises DeliveryNotFound, also for a test whose bytes are gone; WebhookInactive.
    """
    with needs.uow.reading() as rows:
        found = _of(rows, command.delivery_id)
        if found is None:
            raise DeliveryNotFound
        _require_mine(rows, found.webhook_id, command.owner_id)
        asking.require_active(decide.owned_by(queries.subscription(rows, found.webhook_id), command.owner_id))
    rendered = {} if found.kept else _made_again(found, needs)
    try:
        with needs.uow.stream(projections.stream_of(found.webhook_id), context) as stream:
            if stream.seen is not None:
                return
            before = queries.subscription(stream.rows, found.webhook_id)
            now_is = _of(stream.rows, command.delivery_id)
            events = asking.repeat_delivery(
                before,
                command.delivery_id,
                owner_id=command.owner_id,
                waits=now_is is None or now_is.status in OPEN,
                since=needs.position(stream.rows),
            )

            def rows_of(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
                keep_bodies(stream.rows, rendered, now=stream.now)
                again.send_again(stream.rows, found.webhook_id, [found.event_id], now=stream.now)
                again.try_at_once(stream.rows, found.webhook_id, now=stream.now)
                projections.write(before, recorded, writer)

            stream.append([projections.codec.encode(event) for event in events], outcome={}, rows=rows_of)
    except (StreamNotFound, WebhookNotFound):
        raise DeliveryNotFound from None


def _of(rows: Connection, delivery_id: UUID) -> Row[Any] | None:
    kept = bodies.c.event_id.is_not(None).label("kept")
    same = (bodies.c.event_id == deliveries.c.event_id) & (bodies.c.format == deliveries.c.format)
    wanted = select(deliveries, kept).outerjoin(bodies, same).where(deliveries.c.delivery_id == delivery_id)
    return rows.execute(wanted).first()


def _require_mine(rows: Connection, webhook_id: UUID, owner_id: int) -> None:
    try:
        decide.owned_by(queries.subscription(rows, webhook_id), owner_id)
    except WebhookNotFound:
        raise DeliveryNotFound from None


def _made_again(found: Row[Any], needs: Needs) -> Bodies:
    if found.source == AUTH:
        (fact,) = needs.log.stream(projections.stream_of_heard(found.event_id))
        told = users.told_of(fact, projections.codec.decode(fact))
        return {(found.event_id, found.format): render(told, found.format)}
    if found.source != PROJECTS:
        raise DeliveryNotFound
    return needs.history.bodies([found.position], found.format)
