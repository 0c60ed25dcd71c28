"""What people ask of a project. Amounts are already in hundredths, people already known by id."""

from synergy_projects.domain.commands.account import PrepareLeaving, Stay
from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.commands.comment import CreateComment, DeleteComment, UpdateComment
from synergy_projects.domain.commands.label import CreateLabel, DeleteLabel, UpdateLabel
from synergy_projects.domain.commands.member import (
    AcceptInvitation,
    AddMember,
    ChangeMemberRole,
    InviteMember,
    RemoveMember,
)
from synergy_projects.domain.commands.milestone import CreateMilestone, DeleteMilestone, UpdateMilestone
from synergy_projects.domain.commands.project import (
    ArchiveProject,
    CreateProject,
    DeleteProject,
    PurgeProject,
    RestoreProject,
    TransferProject,
    UnarchiveProject,
    Undo,
    UpdateProject,
)
from synergy_projects.domain.commands.sprint import (
    CompleteSprint,
    CreateSprint,
    DeleteSprint,
    StartSprint,
    UpdateSprint,
)
from synergy_projects.domain.commands.subtask import CreateSubtask, DeleteSubtask, UpdateSubtask
from synergy_projects.domain.commands.task import (
    CreateTask,
    DeleteTask,
    MoveTask,
    RankTask,
    RestoreTask,
    UpdateTask,
    UpdateTasks,
)
from synergy_projects.domain.commands.time import DeleteTimeLog, LogTime, StartTimer, StopTimer, UpdateTimeLog

__all__ = [
    "AcceptInvitation",
    "Actor",
    "AddMember",
    "ArchiveProject",
    "ChangeMemberRole",
    "CompleteSprint",
    "CreateComment",
    "CreateLabel",
    "CreateMilestone",
    "CreateProject",
    "CreateSprint",
    "CreateSubtask",
    "CreateTask",
    "DeleteComment",
    "DeleteLabel",
    "DeleteMilestone",
    "DeleteProject",
    "DeleteSprint",
    "DeleteSubtask",
    "DeleteTask",
    "DeleteTimeLog",
    "InviteMember",
    "LogTime",
    "MoveTask",
    "PrepareLeaving",
    "PurgeProject",
    "RankTask",
    "RemoveMember",
    "RestoreProject",
    "RestoreTask",
    "StartSprint",
    "StartTimer",
    "Stay",
    "StopTimer",
    "TransferProject",
    "UnarchiveProject",
    "Undo",
    "UpdateComment",
    "UpdateLabel",
    "UpdateMilestone",
    "UpdateProject",
    "UpdateSprint",
    "UpdateSubtask",
    "UpdateTask",
    "UpdateTasks",
    "UpdateTimeLog",
]
