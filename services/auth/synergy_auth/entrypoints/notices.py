"""The door of what other services want people told."""

from synergy_auth.entrypoints.doors import Doors
from synergy_chassis.bus import follow
from synergy_contracts.envelope import StoredEvent


class Notices(Doors):
    """Events of other services, in order."""

    @follow("webhooks")
    def on_webhooks_events(self, events: list[StoredEvent]) -> None:
        """Mail to owners of webhooks; without any events, catches up with the webhooks' store."""
        self.app.followers["webhooks"].take(events)
