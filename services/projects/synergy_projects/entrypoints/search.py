"""Search."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Page
from synergy_contracts.search import Found, Search
from synergy_projects import queries
from synergy_projects.entrypoints.doors import Doors


class SearchDoors(Doors):
    """Search."""

    @rpc
    def search(self, body: object) -> Any:
        """Search → Page of Found."""
        wanted = decode(Search, body)
        with self.reading() as connection:
            return encode(Page[Found], queries.search(connection, self.actor(), **structs.asdict(wanted)))
