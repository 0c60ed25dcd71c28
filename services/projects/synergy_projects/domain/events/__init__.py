"""
What happened to a project, in the past tense. Stored names are written by hand, beside the events, and never change.

`changes` holds only the fields that changed, with their new values, `before` the same fields with their old ones.
Amounts of impact and hours are in hundredths. The time of an event is when it was recorded; it stands beside it.

One file an entity; each adds a line to `Event` and one to `_KINDS`.
"""

from collections.abc import Callable
from typing import Any, Final

from synergy_projects.domain.events import (
    comment,
    label,
    member,
    milestone,
    moving,
    project,
    sprint,
    subtask,
    task,
    time,
)
from synergy_projects.domain.events.comment import CommentCreated, CommentDeleted, CommentEvent, CommentUpdated
from synergy_projects.domain.events.label import LabelCreated, LabelDeleted, LabelEvent, LabelUpdated
from synergy_projects.domain.events.member import (
    MemberAdded,
    MemberEvent,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
)
from synergy_projects.domain.events.milestone import (
    MilestoneCompleted,
    MilestoneCreated,
    MilestoneDeleted,
    MilestoneEvent,
    MilestoneMissed,
    MilestoneUpdated,
)
from synergy_projects.domain.events.moving import (
    MovedComment,
    MovedSubtask,
    MovedTask,
    MovedTimeLog,
    MovedTimer,
    MoveEvent,
    TaskMoved,
)
from synergy_projects.domain.events.older import SCHEMA_VERSIONS, UPCASTERS
from synergy_projects.domain.events.project import (
    ProgressChanged,
    ProjectArchived,
    ProjectCompleted,
    ProjectCreated,
    ProjectDeleted,
    ProjectEvent,
    ProjectImported,
    ProjectPurged,
    ProjectRestored,
    ProjectTransferred,
    ProjectUnarchived,
    ProjectUpdated,
)
from synergy_projects.domain.events.sprint import (
    SprintCompleted,
    SprintCreated,
    SprintDeleted,
    SprintEvent,
    SprintStarted,
    SprintUpdated,
)
from synergy_projects.domain.events.subtask import SubtaskCreated, SubtaskDeleted, SubtaskEvent, SubtaskUpdated
from synergy_projects.domain.events.task import (
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskDueSoon,
    TaskEvent,
    TaskOverdue,
    TaskPurged,
    TaskReopened,
    TaskRestored,
    TaskUpdated,
)
from synergy_projects.domain.events.time import TimeEvent, TimeLogDeleted, TimeLogged, TimeLogUpdated, TimerStarted

Event = (
    ProjectEvent
    | MemberEvent
    | TaskEvent
    | LabelEvent
    | MilestoneEvent
    | SprintEvent
    | CommentEvent
    | SubtaskEvent
    | TimeEvent
    | MoveEvent
)

_KINDS: Final = (project, member, task, label, milestone, sprint, comment, subtask, time, moving)

STORED_AS: Final[dict[str, type]] = {name: event for kind in _KINDS for name, event in kind.STORED_AS.items()}
_ENTITY: Final[dict[type, Callable[[Any], str]]] = {
    event: kind.entity for kind in _KINDS for event in kind.STORED_AS.values()
}


def entity(event: Event) -> str:
    """What an event of a project is about: `project`, `member-<user id>`, `task-<task id>` and so on."""
    return _ENTITY[type(event)](event)


__all__ = [
    "SCHEMA_VERSIONS",
    "STORED_AS",
    "UPCASTERS",
    "CommentCreated",
    "CommentDeleted",
    "CommentEvent",
    "CommentUpdated",
    "Event",
    "LabelCreated",
    "LabelDeleted",
    "LabelEvent",
    "LabelUpdated",
    "MemberAdded",
    "MemberEvent",
    "MemberInvited",
    "MemberRemoved",
    "MemberRoleChanged",
    "MilestoneCompleted",
    "MilestoneCreated",
    "MilestoneDeleted",
    "MilestoneEvent",
    "MilestoneMissed",
    "MilestoneUpdated",
    "MoveEvent",
    "MovedComment",
    "MovedSubtask",
    "MovedTask",
    "MovedTimeLog",
    "MovedTimer",
    "ProgressChanged",
    "ProjectArchived",
    "ProjectCompleted",
    "ProjectCreated",
    "ProjectDeleted",
    "ProjectEvent",
    "ProjectImported",
    "ProjectPurged",
    "ProjectRestored",
    "ProjectTransferred",
    "ProjectUnarchived",
    "ProjectUpdated",
    "SprintCompleted",
    "SprintCreated",
    "SprintDeleted",
    "SprintEvent",
    "SprintStarted",
    "SprintUpdated",
    "SubtaskCreated",
    "SubtaskDeleted",
    "SubtaskEvent",
    "SubtaskUpdated",
    "TaskCompleted",
    "TaskCreated",
    "TaskDeleted",
    "TaskDueSoon",
    "TaskEvent",
    "TaskMoved",
    "TaskOverdue",
    "TaskPurged",
    "TaskReopened",
    "TaskRestored",
    "TaskUpdated",
    "TimeEvent",
    "TimeLogDeleted",
    "TimeLogUpdated",
    "TimeLogged",
    "TimerStarted",
    "entity",
]
