"""Following along."""

from typing import Any

from synergy_chassis.bus import refusing, rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Nothing
from synergy_contracts.following import EventFeed, FollowedEvents, FollowEvents, ListEvents, Memberships
from synergy_projects.domain.errors import DomainError
from synergy_projects.entrypoints.doors import Doors


class FeedDoors(Doors):
    """Following along."""

    @rpc
    def list_events(self, body: object) -> Any:
        """ListEvents → EventFeed of what the caller may see."""
        asked = decode(ListEvents, body)
        with refusing(DomainError):
            found = self.app.feed.list_events(
                self.actor(), after=asked.after, types=asked.types, project=asked.project, page_size=asked.page_size
            )
        return encode(EventFeed, found)

    @rpc
    def follow_events(self, body: object) -> Any:
        """FollowEvents → FollowedEvents of everybody's events, for gateways, which tell each to whom it concerns."""
        asked = decode(FollowEvents, body)
        with refusing(DomainError):
            return encode(FollowedEvents, self.app.feed.follow_events(asked.after))

    @rpc
    def list_memberships(self, body: object) -> Any:
        """Nothing → Memberships of the caller."""
        decode(Nothing, body)
        return encode(Memberships, self.app.feed.list_memberships(self.actor()))
