"""End a subscription."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from synergy_chassis.store import CommandContext, RecordedEvent, StreamNotFound, Writer
from synergy_webhooks import projections, queries
from synergy_webhooks.domain import decide
from synergy_webhooks.domain.commands import DeleteWebhook
from synergy_webhooks.domain.errors import WebhookNotFound
from synergy_webhooks.handlers.needs import Needs
from synergy_webhooks.tables import OPEN, deliveries, endpoints, lanes, secrets, sequences


def delete_webhook(command: DeleteWebhook, *, context: CommandContext, needs: Needs) -> None:
    """Waiting deliveries are cancelled, secrets destroyed; what was sent stays on record. Raises WebhookNotFound."""
    try:
        _end(command, context, needs)
    except StreamNotFound:
        raise WebhookNotFound from None


def _end(command: DeleteWebhook, context: CommandContext, needs: Needs) -> None:
    webhook_id = command.webhook_id
    with needs.uow.stream(projections.stream_of(webhook_id), context) as stream:
        if stream.seen is not None:
            return
        before = queries.subscription(stream.rows, webhook_id)
        events = decide.delete_webhook(before, command, since=needs.position(stream.rows))
        mine = lanes.c.webhook_id == webhook_id
        stream.rows.execute(select(lanes.c.lane).where(mine).order_by(lanes.c.lane).with_for_update())

        def rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
            waiting = (deliveries.c.webhook_id == webhook_id) & deliveries.c.status.in_(OPEN)
            writer.execute(update(deliveries).where(waiting).values(status="cancelled", completed_at=stream.now))
            for table in (lanes, sequences, endpoints, secrets):
                writer.execute(delete(table).where(table.c.webhook_id == webhook_id))
            projections.write(before, recorded, writer)

        stream.append([projections.codec.encode(event) for event in events], outcome={}, rows=rows)
