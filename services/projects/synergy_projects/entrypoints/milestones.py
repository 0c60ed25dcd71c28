"""Milestones."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Page
from synergy_contracts.milestones import CreateMilestone, ListMilestones, MilestoneRef, MilestoneView, UpdateMilestone
from synergy_projects import handlers, queries
from synergy_projects.domain import commands
from synergy_projects.domain.errors import InvalidParameter
from synergy_projects.entrypoints.doors import Doors, sent


class MilestoneDoors(Doors):
    """Milestones."""

    @rpc
    def create_milestone(self, body: object) -> Any:
        """CreateMilestone → MilestoneView."""
        fields = structs.asdict(decode(CreateMilestone, body))
        fields["project_id"] = fields.pop("project")
        return self.handle(MilestoneView, handlers.create_milestone, commands.CreateMilestone, fields)

    @rpc
    def list_milestones(self, body: object) -> Any:
        """ListMilestones → Page of MilestoneView."""
        asked, actor = structs.asdict(decode(ListMilestones, body)), self.actor()
        as_of = asked.pop("as_of")
        with self.reading() as connection:
            if as_of is None:
                found = queries.list_milestones(connection, actor, **asked)
                self.call.versions.update(queries.of_listed(connection, actor.user_id, asked["project"]))
            elif (project_id := asked.pop("project")) is None:
                raise InvalidParameter("as_of", "is for the milestones of one project: name it as project")
            else:
                found = self.app.past.milestones(connection, actor, project_id, as_of, **asked)
            return encode(Page[MilestoneView], found)

    @rpc
    def read_milestone(self, body: object) -> Any:
        """MilestoneRef → MilestoneView."""
        wanted = decode(MilestoneRef, body)
        with self.reading() as connection:
            found = queries.read_milestone(connection, self.actor(), wanted.milestone_id)
            self.call.versions.update(queries.of_project(connection, found["project"]))
            return encode(MilestoneView, found)

    @rpc
    def update_milestone(self, body: object) -> Any:
        """UpdateMilestone → MilestoneView."""
        wanted = decode(UpdateMilestone, body)
        fields = {"milestone_id": wanted.milestone_id, "changes": sent(wanted.changes)}
        return self.handle(MilestoneView, handlers.update_milestone, commands.UpdateMilestone, fields)

    @rpc
    def delete_milestone(self, body: object) -> None:
        """MilestoneRef → nothing."""
        wanted = decode(MilestoneRef, body)
        self.handle(None, handlers.delete_milestone, commands.DeleteMilestone, structs.asdict(wanted))
