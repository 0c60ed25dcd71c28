"""The owner of a followed store, asked over the bus."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from synergy_chassis.follower.owner import COUNTING
from synergy_contracts.envelope import EventsAfter, EventsPage, Head, Nothing, Tally, TallyUpTo

if TYPE_CHECKING:
    from synergy_chassis.bus import RpcClient

PATIENCE: Final = timedelta(seconds=5)


class OwnerByRpc:
    """
    The service `source`. Raises Refused as it says it, RpcTimeout and RpcUnavailable, which a follower lets pass and
    tries again.
    """

    def __init__(self, client: "RpcClient", source: str) -> None:
        self._client = client
        self._source = source

    def head(self, deadline: timedelta = PATIENCE) -> Head:
        """How far its store has come."""
        return self._client.call(f"{self._source}.head", Nothing(), result=Head, deadline=deadline)

    def events_after(self, position: int, limit: int) -> EventsPage:
        """Its events after `position`."""
        asked = EventsAfter(position=position, limit=limit)
        return self._client.call(f"{self._source}.events_after", asked, result=EventsPage, deadline=PATIENCE)

    def tally(self, position: int) -> Tally:
        """What its store holds up to a position."""
        asked = TallyUpTo(position=position)
        return self._client.call(f"{self._source}.tally", asked, result=Tally, deadline=COUNTING)
