"""Whom a follower asks for what it lacks."""

from datetime import timedelta
from typing import Final, Protocol

from synergy_contracts.envelope import EventsPage, Head, Tally

COUNTING: Final = timedelta(seconds=30)
"""How long an owner may take for a tally over the bus: it counts its log, of which there may be much."""


class Owner(Protocol):
    """The service whose store is followed, over RPC or at hand (synergy_chassis.store.EventLog with other names)."""

    def head(self) -> Head:
        """How far its store has come."""
        ...

    def events_after(self, position: int, limit: int) -> EventsPage:
        """Its events after `position`, read behind the barrier."""
        ...

    def tally(self, position: int) -> Tally:
        """What its store holds up to and with `position`. It counts: for `reconcile`, which has time."""
        ...
