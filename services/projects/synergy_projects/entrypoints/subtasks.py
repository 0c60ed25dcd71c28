"""The steps of tasks."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Page
from synergy_contracts.subtasks import CreateSubtask, ListSubtasks, SubtaskRef, SubtaskView, UpdateSubtask
from synergy_projects import handlers, queries
from synergy_projects.domain import commands
from synergy_projects.entrypoints.doors import Doors, sent
from synergy_projects.queries.tasks import project_of_task


class SubtaskDoors(Doors):
    """The steps of tasks."""

    @rpc
    def list_subtasks(self, body: object) -> Any:
        """ListSubtasks → Page of SubtaskView."""
        wanted = decode(ListSubtasks, body)
        with self.reading() as connection:
            found = queries.list_subtasks(connection, self.actor(), **structs.asdict(wanted))
            project_id = project_of_task(connection, wanted.task_id)
            self.call.versions.update(queries.of_project(connection, project_id))
            return encode(Page[SubtaskView], found)

    @rpc
    def create_subtask(self, body: object) -> Any:
        """CreateSubtask → SubtaskView."""
        wanted = decode(CreateSubtask, body)
        return self.handle(SubtaskView, handlers.create_subtask, commands.CreateSubtask, structs.asdict(wanted))

    @rpc
    def update_subtask(self, body: object) -> Any:
        """UpdateSubtask → SubtaskView."""
        wanted = decode(UpdateSubtask, body)
        fields = {"task_id": wanted.task_id, "subtask_id": wanted.subtask_id, "changes": sent(wanted.changes)}
        return self.handle(SubtaskView, handlers.update_subtask, commands.UpdateSubtask, fields)

    @rpc
    def delete_subtask(self, body: object) -> None:
        """SubtaskRef → nothing."""
        wanted = decode(SubtaskRef, body)
        self.handle(None, handlers.delete_subtask, commands.DeleteSubtask, structs.asdict(wanted))
