"""Projects, their progress and history."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Page
from synergy_contracts.projects import (
    CreateProject,
    DeleteProject,
    ExplainedProgress,
    ListProjects,
    PastEvent,
    ProjectRef,
    ProjectView,
    ReadHistory,
    ReadProgress,
    ReadProject,
    TransferProject,
    Undo,
    Undone,
    UpdateProject,
)
from synergy_contracts.trash import ListTrash, Trashed
from synergy_projects import handlers, queries
from synergy_projects.domain import commands
from synergy_projects.entrypoints.doors import Doors, matched, sent


class ProjectDoors(Doors):
    """Projects, their progress and history."""

    @rpc
    def create_project(self, body: object) -> Any:
        """CreateProject → ProjectView."""
        wanted = decode(CreateProject, body)
        return self.handle(ProjectView, handlers.create_project, commands.CreateProject, structs.asdict(wanted))

    @rpc
    def list_projects(self, body: object) -> Any:
        """ListProjects → Page of ProjectView."""
        wanted, actor = decode(ListProjects, body), self.actor()
        with self.glancing() as connection:
            found, versions = queries.list_projects(connection, actor, **structs.asdict(wanted))
        self.call.versions.update(versions)
        return encode(Page[ProjectView], found)

    @rpc
    def read_project(self, body: object) -> Any:
        """ReadProject → ProjectView."""
        wanted, actor = decode(ReadProject, body), self.actor()
        if wanted.as_of is not None:
            with self.reading() as connection:
                return encode(ProjectView, self.app.past.project(connection, actor, wanted.project_id, wanted.as_of))
        with self.glancing() as connection:
            found, versions = queries.read_project(connection, actor, wanted.project_id)
        self.call.versions.update(versions)
        return encode(ProjectView, found)

    @rpc
    def update_project(self, body: object) -> Any:
        """UpdateProject → ProjectView."""
        wanted = decode(UpdateProject, body)
        fields = {"project_id": wanted.project_id, "changes": sent(wanted.changes)} | matched(wanted.if_match)
        return self.handle(ProjectView, handlers.update_project, commands.UpdateProject, fields)

    @rpc
    def delete_project(self, body: object) -> None:
        """DeleteProject → nothing."""
        wanted = decode(DeleteProject, body)
        fields = {"project_id": wanted.project_id} | matched(wanted.if_match)
        if wanted.purge:
            self.handle(None, handlers.purge_project, commands.PurgeProject, fields)
        else:
            self.handle(None, handlers.delete_project, commands.DeleteProject, fields)

    @rpc
    def restore_project(self, body: object) -> Any:
        """ProjectRef → ProjectView."""
        wanted = decode(ProjectRef, body)
        return self.handle(ProjectView, handlers.restore_project, commands.RestoreProject, structs.asdict(wanted))

    @rpc
    def archive_project(self, body: object) -> Any:
        """ProjectRef → ProjectView."""
        wanted = decode(ProjectRef, body)
        return self.handle(ProjectView, handlers.archive_project, commands.ArchiveProject, structs.asdict(wanted))

    @rpc
    def unarchive_project(self, body: object) -> Any:
        """ProjectRef → ProjectView."""
        wanted = decode(ProjectRef, body)
        return self.handle(ProjectView, handlers.unarchive_project, commands.UnarchiveProject, structs.asdict(wanted))

    @rpc
    def transfer_project(self, body: object) -> Any:
        """TransferProject → ProjectView."""
        wanted = decode(TransferProject, body)
        return self.handle(ProjectView, handlers.transfer_project, commands.TransferProject, structs.asdict(wanted))

    @rpc
    def undo(self, body: object) -> Any:
        """Undo → Undone."""
        wanted = decode(Undo, body)
        return self.handle(Undone, handlers.undo, commands.Undo, structs.asdict(wanted))

    @rpc
    def list_trash(self, body: object) -> Any:
        """ListTrash → Page of Trashed."""
        wanted = decode(ListTrash, body)
        with self.reading() as connection:
            return encode(Page[Trashed], queries.list_trash(connection, self.actor(), **structs.asdict(wanted)))

    @rpc
    def read_progress(self, body: object) -> Any:
        """ReadProgress → ExplainedProgress."""
        wanted, actor = decode(ReadProgress, body), self.actor()
        with self.reading() as connection:
            if wanted.as_of is not None or wanted.explain:
                found = self.app.past.progress(
                    connection, actor, wanted.project_id, wanted.as_of, explain=wanted.explain
                )
            else:
                found = queries.read_progress(connection, actor, wanted.project_id)
                self.call.versions.update(queries.of_project(connection, wanted.project_id))
            return encode(ExplainedProgress, found)

    @rpc
    def read_history(self, body: object) -> Any:
        """ReadHistory → Page of PastEvent."""
        wanted = decode(ReadHistory, body)
        with self.reading() as connection:
            return encode(Page[PastEvent], queries.read_history(connection, self.actor(), **structs.asdict(wanted)))
