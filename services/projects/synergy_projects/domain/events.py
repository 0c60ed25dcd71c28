"""
What happened to a project, in the past tense. Stored names are written by hand below and never change.

`changes` holds only the fields that changed, with their new values, `before` the same fields with their old ones.
Amounts of impact and hours are in hundredths. The time of an event is when it was recorded; it stands beside it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from synergy_projects.domain.fields import Priority, ProjectPatch, ProjectStatus, Role, TaskPatch, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCreated:
    """Someone started a project and is its owner and first member. It is never created completed."""

    project_id: int
    owner_id: int
    name: str
    description: str
    status: ProjectStatus
    priority: Priority
    start_date: date | None
    end_date: date | None
    budget: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectUpdated:
    """Fields of the project changed; a status never to completed, that is `ProjectCompleted`."""

    changes: ProjectPatch
    before: ProjectPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCompleted:
    """The project's status became completed; it `was` this before."""

    was: ProjectStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDeleted:
    """The project went to the trash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressChanged:
    """The project's progress (0–100) `was` one number and is another; the rest is what the new one is made of."""

    was: int
    progress: int
    impact_done: int
    impact_total: int
    completed_task_count: int
    task_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberInvited:
    """Somebody was invited to the project by mail. Who it is, is known where the mail is sent, under this id."""

    invitation_id: UUID
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded:
    """Someone joined the project."""

    user_id: int
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRoleChanged:
    """A member, who `was` something else, has this role now."""

    user_id: int
    role: Role
    was: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved:
    """Someone left the project or was taken out of it, and `was` this in it."""

    user_id: int
    was: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCreated:
    """A task was added under the project's next number. It is never created done."""

    task_id: int
    number: int
    created_by: int
    title: str
    description: str
    status: TaskStatus
    priority: Priority
    impact: int
    assignees: tuple[int, ...]
    start_date: date | None
    due_date: date | None
    estimated_hours: int | None
    actual_hours: int | None
    story_points: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskUpdated:
    """Fields of a task changed; a status neither to nor from done, those are events of their own."""

    task_id: int
    changes: TaskPatch
    before: TaskPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCompleted:
    """A task's status became done; it `was` this before. `impact` is its weight then."""

    task_id: int
    was: TaskStatus
    impact: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReopened:
    """A done task is open again, with this status. `impact` is its weight then."""

    task_id: int
    status: TaskStatus
    impact: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDeleted:
    """A task went to the trash and no longer counts."""

    task_id: int


Event = (
    ProjectCreated
    | ProjectUpdated
    | ProjectCompleted
    | ProjectDeleted
    | ProgressChanged
    | MemberInvited
    | MemberAdded
    | MemberRoleChanged
    | MemberRemoved
    | TaskCreated
    | TaskUpdated
    | TaskCompleted
    | TaskReopened
    | TaskDeleted
)

STORED_AS: Final[dict[str, type]] = {
    "project.created": ProjectCreated,
    "project.updated": ProjectUpdated,
    "project.completed": ProjectCompleted,
    "project.deleted": ProjectDeleted,
    "project.progress_changed": ProgressChanged,
    "member.invited": MemberInvited,
    "member.added": MemberAdded,
    "member.role_changed": MemberRoleChanged,
    "member.removed": MemberRemoved,
    "task.created": TaskCreated,
    "task.updated": TaskUpdated,
    "task.completed": TaskCompleted,
    "task.reopened": TaskReopened,
    "task.deleted": TaskDeleted,
}


def entity(event: Event) -> str:
    """What an event of a project is about: `project`, `member-<user id>`, `invitation-<id>` or `task-<task id>`."""
    match event:
        case TaskCreated() | TaskUpdated() | TaskCompleted() | TaskReopened() | TaskDeleted():
            return f"task-{event.task_id}"
        case MemberInvited():
            return f"invitation-{event.invitation_id}"
        case MemberAdded() | MemberRoleChanged() | MemberRemoved():
            return f"member-{event.user_id}"
        case _:
            return "project"
