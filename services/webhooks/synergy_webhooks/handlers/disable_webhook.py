"""Switch a subscription off on its endpoint's behalf."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext, RecordedEvent, StreamNotFound, UnitOfWork, Writer
from synergy_webhooks import projections, queries
from synergy_webhooks.domain import decide
from synergy_webhooks.domain.commands import DisableWebhook


def disable_webhook(
    command: DisableWebhook, *, context: CommandContext, uow: UnitOfWork, position: Callable[[Connection], int]
) -> None:
    """
    Its waiting deliveries stay, and go out when the owner switches it on again. A subscription that is gone is left
    so.
    """
    try:
        with uow.stream(projections.stream_of(command.webhook_id), context) as stream:
            if stream.seen is not None:
                return
            before = queries.subscription(stream.rows, command.webhook_id)
            events = decide.disable_webhook(before, command, since=position(stream.rows))

            def rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
                projections.write(before, recorded, writer)

            stream.append([projections.codec.encode(event) for event in events], outcome={}, rows=rows)
    except StreamNotFound:
        return
