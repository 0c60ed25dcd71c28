"""The readable feed."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.activity import Activity, ListActivity
from synergy_contracts.envelope import Page
from synergy_projects.entrypoints.doors import Doors


class ActivityDoors(Doors):
    """The readable feed."""

    @rpc
    def list_activity(self, body: object) -> Any:
        """ListActivity → Page of Activity."""
        asked = structs.asdict(decode(ListActivity, body))
        asked["by"] = asked.pop("actor")
        with self.reading() as connection:
            return encode(Page[Activity], self.app.activities.list_activity(connection, self.actor(), **asked))
