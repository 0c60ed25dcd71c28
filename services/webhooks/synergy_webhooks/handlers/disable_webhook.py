"""Switch a subscription off on its endpoint's behalf."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext, RecordedEvent, StreamNotFound, UnitOfWork, Writer
from synergy_webhooks import projections, queries
from synergy_webhooks.domain import decide
from synergy_webhooks.domain.commands import DisableWebhook
from synergy_webhooks.outbox import own


def disable_webhook(
    command: DisableWebhook, *, context: CommandContext, uow: UnitOfWork, position: Callable[[Connection], int]
) -> None:
    """
    Its waiting deliveries stay, those of the next 30 days join them, and all go out when the owner switches it on
    again; the owner's other subscriptions are told. A subscription that is gone is left so.
    """
    try:
        with uow.stream(projections.stream_of(command.webhook_id), context) as stream:
            if stream.seen is not None:
                return
            before = queries.subscription(stream.rows, command.webhook_id)
            events = decide.disable_webhook(before, command, since=position(stream.rows), now=stream.now)

            def rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
                after = projections.write(before, recorded, writer)
                if after is not None and recorded:
                    own.tell_owner_s_others(stream.rows, recorded[-1], after)

            stream.append([projections.codec.encode(event) for event in events], outcome={}, rows=rows)
    except StreamNotFound:
        return
