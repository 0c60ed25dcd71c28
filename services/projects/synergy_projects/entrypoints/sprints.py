"""Sprints."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Page
from synergy_contracts.sprints import CompleteSprint, CreateSprint, ListSprints, SprintRef, SprintView, UpdateSprint
from synergy_projects import handlers, queries
from synergy_projects.domain import commands
from synergy_projects.domain.errors import InvalidParameter
from synergy_projects.entrypoints.doors import Doors, sent


class SprintDoors(Doors):
    """Sprints."""

    @rpc
    def create_sprint(self, body: object) -> Any:
        """CreateSprint → SprintView."""
        fields = structs.asdict(decode(CreateSprint, body))
        fields["project_id"] = fields.pop("project")
        return self.handle(SprintView, handlers.create_sprint, commands.CreateSprint, fields)

    @rpc
    def list_sprints(self, body: object) -> Any:
        """ListSprints → Page of SprintView."""
        asked, actor = structs.asdict(decode(ListSprints, body)), self.actor()
        as_of = asked.pop("as_of")
        with self.reading() as connection:
            if as_of is None:
                found = queries.list_sprints(connection, actor, **asked)
                self.call.versions.update(queries.of_listed(connection, actor.user_id, asked["project"]))
            elif (project_id := asked.pop("project")) is None:
                raise InvalidParameter("as_of", "is for the sprints of one project: name it as project")
            else:
                found = self.app.past.sprints(connection, actor, project_id, as_of, **asked)
            return encode(Page[SprintView], found)

    @rpc
    def read_sprint(self, body: object) -> Any:
        """SprintRef → SprintView."""
        wanted = decode(SprintRef, body)
        with self.reading() as connection:
            found = queries.read_sprint(connection, self.actor(), wanted.sprint_id)
            self.call.versions.update(queries.of_project(connection, found["project"]))
            return encode(SprintView, found)

    @rpc
    def update_sprint(self, body: object) -> Any:
        """UpdateSprint → SprintView."""
        wanted = decode(UpdateSprint, body)
        fields = {"sprint_id": wanted.sprint_id, "changes": sent(wanted.changes)}
        return self.handle(SprintView, handlers.update_sprint, commands.UpdateSprint, fields)

    @rpc
    def delete_sprint(self, body: object) -> None:
        """SprintRef → nothing."""
        wanted = decode(SprintRef, body)
        self.handle(None, handlers.delete_sprint, commands.DeleteSprint, structs.asdict(wanted))

    @rpc
    def start_sprint(self, body: object) -> Any:
        """SprintRef → SprintView."""
        wanted = decode(SprintRef, body)
        return self.handle(SprintView, handlers.start_sprint, commands.StartSprint, structs.asdict(wanted))

    @rpc
    def complete_sprint(self, body: object) -> Any:
        """CompleteSprint → SprintView."""
        wanted = decode(CompleteSprint, body)
        return self.handle(SprintView, handlers.complete_sprint, commands.CompleteSprint, structs.asdict(wanted))
