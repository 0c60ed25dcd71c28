"""Events → deliveries. Runs in the follower's transaction, so position and deliveries commit together."""

from collections.abc import Sequence

from sqlalchemy import Connection

from synergy_chassis.clock import Clock
from synergy_contracts.envelope import StoredEvent
from synergy_webhooks.policies import memberships, rows
from synergy_webhooks.policies.matching import find
from synergy_webhooks.policies.place import locked
from synergy_webhooks.policies.telling import Renderer, tell


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
        found = rows.unscheduled(connection, list(find(connection, new)))
        if found:
            told = tell({match.event.position: match.event for match in found}.values(), self._render)
            rows.write(connection, found, told, now=self._clock.now())
