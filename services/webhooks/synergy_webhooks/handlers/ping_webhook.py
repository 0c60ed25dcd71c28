"""Send a test delivery."""

from collections.abc import Sequence
from uuid import UUID

from synergy_chassis.store import CommandContext, RecordedEvent, StreamNotFound, Writer
from synergy_webhooks import projections, queries
from synergy_webhooks.domain import asking
from synergy_webhooks.domain.commands import PingWebhook
from synergy_webhooks.domain.errors import WebhookNotFound
from synergy_webhooks.handlers.needs import Needs
from synergy_webhooks.outbox import again, own


def ping_webhook(command: PingWebhook, *, context: CommandContext, needs: Needs) -> UUID:
    """
    The id of the test's delivery. It goes out at once, also while the endpoint rests after failures, is tried but once,
    and takes no number. Raises WebhookNotFound, WebhookInactive.
    """
    made: list[UUID] = []
    try:
        with needs.uow.stream(projections.stream_of(command.webhook_id), context) as stream:
            if stream.seen is not None:
                return UUID(stream.seen["delivery_id"])
            before = queries.subscription(stream.rows, command.webhook_id)
            events = asking.ping_webhook(before, command, since=needs.position(stream.rows))
            outcome: dict[str, str] = {}

            def rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
                after = projections.write(before, recorded, writer)
                assert after is not None
                test = own.send_test(stream.rows, recorded[-1], after)
                again.try_at_once(stream.rows, command.webhook_id, now=stream.now)
                made.append(test.delivery_id)
                outcome["delivery_id"] = str(test.delivery_id)

            stream.append([projections.codec.encode(event) for event in events], outcome=outcome, rows=rows)
    except StreamNotFound:
        raise WebhookNotFound from None
    return made[0]
