"""What people ask of a project. Amounts are already in hundredths, people already known by id."""

from synergy_projects.domain.commands.account import PrepareLeaving, Stay
from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.commands.comment import CreateComment, DeleteComment, UpdateComment
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
from synergy_projects.domain.commands.subtask import CreateSubtask, DeleteSubtask, UpdateSubtask
from synergy_projects.domain.commands.task import CreateTask, DeleteTask, UpdateTask
from synergy_projects.domain.commands.time import DeleteTimeLog, LogTime, StartTimer, StopTimer, UpdateTimeLog

__all__ = [
    "AcceptInvitation",
    "Actor",
    "AddMember",
    "ArchiveProject",
    "ChangeMemberRole",
    "CreateComment",
    "CreateProject",
    "CreateSubtask",
    "CreateTask",
    "DeleteComment",
    "DeleteProject",
    "DeleteSubtask",
    "DeleteTask",
    "DeleteTimeLog",
    "InviteMember",
    "LogTime",
    "PrepareLeaving",
    "PurgeProject",
    "RemoveMember",
    "RestoreProject",
    "StartTimer",
    "Stay",
    "StopTimer",
    "TransferProject",
    "UnarchiveProject",
    "UpdateComment",
    "UpdateProject",
    "UpdateSubtask",
    "UpdateTask",
    "UpdateTimeLog",
]
