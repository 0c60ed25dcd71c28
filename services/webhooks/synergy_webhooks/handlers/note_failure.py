"""Tell an owner that a delivery was given up."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext, RecordedEvent, StreamNotFound, UnitOfWork, Writer
from synergy_webhooks import projections, queries
from synergy_webhooks.domain import asking
from synergy_webhooks.domain.commands import NoteFailure


def note_failure(
    command: NoteFailure, *, context: CommandContext, uow: UnitOfWork, position: Callable[[Connection], int]
) -> None:
    """The stored event is what the owner is told by. Nothing happens to a subscription that is gone."""
    try:
        with uow.stream(projections.stream_of(command.webhook_id), context) as stream:
            if stream.seen is not None:
                return
            before = queries.subscription(stream.rows, command.webhook_id)
            events = asking.delivery_failed(before, command, since=position(stream.rows), now=stream.now)

            def rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
                projections.write(before, recorded, writer)

            stream.append([projections.codec.encode(event) for event in events], outcome={}, rows=rows)
    except StreamNotFound:
        return
