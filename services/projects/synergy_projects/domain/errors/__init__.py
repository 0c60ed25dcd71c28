"""Why a project says no. `str(error)` is a sentence for the user, `pointer` the JSON pointer of the field at fault."""

from synergy_projects.domain.errors.account import AccountLeaving, UnknownActor
from synergy_projects.domain.errors.base import DomainError
from synergy_projects.domain.errors.general import InvalidParameter, InvalidValue, NotAllowed, PreconditionFailed
from synergy_projects.domain.errors.member import AlreadyAMember, InvitationCancelled, MemberNotFound, OwnerRequired
from synergy_projects.domain.errors.planning import (
    LabelExists,
    LabelNotFound,
    MilestoneNotFound,
    SprintActive,
    SprintNotFound,
    SprintState,
)
from synergy_projects.domain.errors.project import (
    CannotUndo,
    ImportNotFound,
    ImportsRunning,
    PositionNotReached,
    ProjectArchived,
    ProjectNotFound,
    ProjectsOwned,
    ProjectTrashed,
    VersionNotFound,
)
from synergy_projects.domain.errors.task import TaskNotFound
from synergy_projects.domain.errors.work import (
    CommentNotFound,
    SubtaskNotFound,
    TimeLogNotFound,
    TimerNotRunning,
    TimerStartedElsewhere,
)

__all__ = [
    "AccountLeaving",
    "AlreadyAMember",
    "CannotUndo",
    "CommentNotFound",
    "DomainError",
    "ImportNotFound",
    "ImportsRunning",
    "InvalidParameter",
    "InvalidValue",
    "InvitationCancelled",
    "LabelExists",
    "LabelNotFound",
    "MemberNotFound",
    "MilestoneNotFound",
    "NotAllowed",
    "OwnerRequired",
    "PositionNotReached",
    "PreconditionFailed",
    "ProjectArchived",
    "ProjectNotFound",
    "ProjectTrashed",
    "ProjectsOwned",
    "SprintActive",
    "SprintNotFound",
    "SprintState",
    "SubtaskNotFound",
    "TaskNotFound",
    "TimeLogNotFound",
    "TimerNotRunning",
    "TimerStartedElsewhere",
    "UnknownActor",
    "VersionNotFound",
]
