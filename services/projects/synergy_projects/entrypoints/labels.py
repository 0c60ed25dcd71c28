"""Labels."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Page
from synergy_contracts.labels import CreateLabel, LabelRef, LabelView, ListLabels, UpdateLabel
from synergy_projects import handlers, queries
from synergy_projects.domain import commands
from synergy_projects.entrypoints.doors import Doors, sent


class LabelDoors(Doors):
    """Labels."""

    @rpc
    def create_label(self, body: object) -> Any:
        """CreateLabel → LabelView."""
        fields = structs.asdict(decode(CreateLabel, body))
        fields["project_id"] = fields.pop("project")
        return self.handle(LabelView, handlers.create_label, commands.CreateLabel, fields)

    @rpc
    def list_labels(self, body: object) -> Any:
        """ListLabels → Page of LabelView."""
        asked, actor = decode(ListLabels, body), self.actor()
        with self.reading() as connection:
            found = queries.list_labels(connection, actor, **structs.asdict(asked))
            self.call.versions.update(queries.of_listed(connection, actor.user_id, asked.project))
            return encode(Page[LabelView], found)

    @rpc
    def read_label(self, body: object) -> Any:
        """LabelRef → LabelView."""
        wanted = decode(LabelRef, body)
        with self.reading() as connection:
            found = queries.read_label(connection, self.actor(), wanted.label_id)
            self.call.versions.update(queries.of_project(connection, found["project"]))
            return encode(LabelView, found)

    @rpc
    def update_label(self, body: object) -> Any:
        """UpdateLabel → LabelView."""
        wanted = decode(UpdateLabel, body)
        fields = {"label_id": wanted.label_id, "changes": sent(wanted.changes)}
        return self.handle(LabelView, handlers.update_label, commands.UpdateLabel, fields)

    @rpc
    def delete_label(self, body: object) -> None:
        """LabelRef → nothing."""
        wanted = decode(LabelRef, body)
        self.handle(None, handlers.delete_label, commands.DeleteLabel, structs.asdict(wanted))
