"""Hear what happened to an account, once."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext, RecordedEvent, StreamExists, UnitOfWork, Writer
from synergy_webhooks import projections
from synergy_webhooks.domain.events import UserHeard
from synergy_webhooks.outbox import users


def hear_user(
    heard: UserHeard, *, context: CommandContext, uow: UnitOfWork, position: Callable[[Connection], int]
) -> None:
    """
    Store it, with its place among the events of projects, and make its deliveries. What was heard before, however long
    ago, is not heard again: each event has a stream of its own.
    """
    try:
        with uow.stream(projections.stream_of_heard(heard.event_id), context, creates=True) as stream:
            if stream.seen is not None:
                return
            placed = replace(heard, since=position(stream.rows))

            def rows(recorded: Sequence[RecordedEvent], _writer: Writer) -> None:
                users.tell_superusers(stream.rows, recorded[-1], placed)

            stream.append([projections.codec.encode(placed)], outcome={}, rows=rows)
    except StreamExists:
        return
