"""What happens to accounts → facts of our own, each once, and the deliveries that follow from them."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext, positions
from synergy_contracts.envelope import StoredEvent
from synergy_webhooks import queries
from synergy_webhooks.domain.events import UserHeard
from synergy_webhooks.policies import accounts
from synergy_webhooks.policies.place import ACCOUNTS_PLACE

Hear: TypeAlias = Callable[[UserHeard, CommandContext], None]
"""Stores what was heard, in a transaction of its own, once for each event (handlers.hear_user)."""

NOWHERE: Final = 0
"""Which place in the projects store a fact has, is said where it is stored."""


class HearUsers:
    """The effect of auth's follower."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear

    def __call__(self, events: Sequence[StoredEvent], connection: Connection) -> None:
        """
        Folds the accounts on, and has stored what is new of them. Should the folding be undone, all comes again, and
        what is stored is left as it is.
        """
        if positions.lock(connection, ACCOUNTS_PLACE).position == 0:
            accounts.forget(connection)
        heard = accounts.follow(events, connection)
        since = queries.told_since(connection, ACCOUNTS_PLACE.source)
        for event, superusers in heard:
            if event.recorded_at >= since:
                self._hear(_fact(event, superusers), _context(event))


def _fact(event: StoredEvent, superusers: frozenset[int]) -> UserHeard:
    return UserHeard(
        event_id=event.event_id,
        type=event.type,
        user_id=int(event.data["user_id"]),
        is_superuser=event.data.get("is_superuser"),
        position=event.position,
        at=event.recorded_at,
        superusers=tuple(sorted(superusers)),
        since=NOWHERE,
    )


def _context(event: StoredEvent) -> CommandContext:
    """Who did it, and the trace it belongs to, as auth stored them."""
    return CommandContext(
        command_id=event.event_id,
        actor_id=event.meta.get("actor_id"),
        request_id=event.meta.get("request_id"),
        traceparent=event.meta.get("traceparent"),
    )
