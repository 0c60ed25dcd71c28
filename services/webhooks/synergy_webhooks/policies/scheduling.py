"""Events → deliveries. Runs in the follower's transaction, so position and deliveries commit together."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from synergy_chassis.clock import Clock
from synergy_contracts.envelope import StoredEvent
from synergy_webhooks.outbox import rows
from synergy_webhooks.policies import memberships
from synergy_webhooks.policies.matching import Match, find
from synergy_webhooks.policies.place import locked
from synergy_webhooks.policies.telling import Renderer, begun, bodies


class ScheduleDeliveries:
    """The follower's effect. `render` asks `projects` for the objects right after each event."""

    def __init__(self, *, render: Renderer, clock: Clock) -> None:
        self._render = render
        self._clock = clock

    def __call__(self, events: Sequence[StoredEvent], connection: Connection) -> None:
        """
        Folds the memberships on, and makes one delivery for every subscription that asked for an event.

        Of events that come again after a restore of the projects store, the deliveries are there; only the memberships
        are folded anew.
        """
        held = locked(connection)
        if held.position == 0:  # not so when a parked event is replayed, be it the log's first
            memberships.forget(connection)
        heard = memberships.follow(events, connection)
        new = [(event, audience) for event, audience in heard if event.position > held.taken_before]
        found = find(connection, new)
        planned = rows.unplanned(connection, [match.planned() for match in found])
        if planned:
            wanted = {(one.webhook_id, one.event_id) for one in planned}
            rendered = begun(partial(bodies, _of(found, wanted), self._render))
            rows.write(connection, planned, rendered, now=self._clock.now())


def _of(found: list[Match], wanted: set[tuple[UUID, UUID]]) -> list[tuple[StoredEvent, str]]:
    """The events and formats of these matches."""
    return [
        (match.event, match.subscription.format)
        for match in found
        if (match.webhook_id, match.event.event_id) in wanted
    ]
