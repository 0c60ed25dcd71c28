"""What people ask of a project. Amounts are already in hundredths, people already known by id."""

from synergy_projects.domain.commands.account import PrepareLeaving, Stay
from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.commands.member import (
    AcceptInvitation,
    AddMember,
    ChangeMemberRole,
    InviteMember,
    RemoveMember,
)
from synergy_projects.domain.commands.project import (
    ArchiveProject,
    CreateProject,
    DeleteProject,
    PurgeProject,
    RestoreProject,
    TransferProject,
    UnarchiveProject,
    UpdateProject,
)
from synergy_projects.domain.commands.task import CreateTask, DeleteTask, UpdateTask

__all__ = [
    "AcceptInvitation",
    "Actor",
    "AddMember",
    "ArchiveProject",
    "ChangeMemberRole",
    "CreateProject",
    "CreateTask",
    "DeleteProject",
    "DeleteTask",
    "InviteMember",
    "PrepareLeaving",
    "PurgeProject",
    "RemoveMember",
    "RestoreProject",
    "Stay",
    "TransferProject",
    "UnarchiveProject",
    "UpdateProject",
    "UpdateTask",
]
