"""People: those who work together, those who leave, and their names."""

from dataclasses import asdict
from typing import Any

from synergy_chassis.bus import follow, rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Nothing, StoredEvent
from synergy_contracts.mail import SearchPeople
from synergy_contracts.people import Person
from synergy_projects import handlers
from synergy_projects.domain import commands
from synergy_projects.entrypoints.doors import Doors
from synergy_projects.queries.people import colleagues

MOST_COLLEAGUES = 50


class PeopleDoors(Doors):
    """People: those who work together, those who leave, and their names."""

    @rpc
    def prepare_leaving(self, body: object) -> None:
        """Nothing → nothing: the caller owns no project, and starts none for five minutes or until `stay`."""
        decode(Nothing, body)
        self.handle(None, handlers.prepare_leaving, commands.PrepareLeaving, {})

    @rpc
    def stay(self, body: object) -> None:
        """Nothing → nothing: what the command of this id prepared is taken back."""
        decode(Nothing, body)
        self.handle(None, handlers.stay, commands.Stay, {})

    @rpc
    def find_colleagues(self, body: object) -> Any:
        """SearchPeople → list of Person: those who share a project with the caller."""
        wanted = decode(SearchPeople, body)
        with self.reading() as connection:
            found = colleagues(connection, self.actor().user_id, wanted.search, at_most=MOST_COLLEAGUES)
        return encode(list[Person], [asdict(one) for one in found])

    @follow("auth")
    def on_auth_events(self, events: list[StoredEvent]) -> None:
        """Keep names of users up to date."""
        self.app.followers["auth"].take(events)
