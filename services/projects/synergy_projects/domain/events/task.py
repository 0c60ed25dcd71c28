"""What happened to a task."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from synergy_projects.domain.fields import Priority, TaskPatch, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCreated:
    """A task was added under the project's next number, as the last in rank. It is never created done."""

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
    labels: tuple[str, ...]
    depends_on: tuple[int, ...]
    milestone: int | None
    sprint: int | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDueSoon:
    """The day before `due_date` began (UTC), and the task, due on it, is open."""

    task_id: int
    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOverdue:
    """The day `due_date` has ended (UTC), and the task, due on it, is open."""

    task_id: int
    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRestored:
    """A task came back from the trash and counts again."""

    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPurged:
    """A task, which was in the trash, is gone for good but for its history; it was this."""

    task_id: int
    number: int
    title: str


TaskEvent = (
    TaskCreated
    | TaskUpdated
    | TaskCompleted
    | TaskReopened
    | TaskDeleted
    | TaskRestored
    | TaskDueSoon
    | TaskOverdue
    | TaskPurged
)

STORED_AS: Final[dict[str, type]] = {
    "task.created": TaskCreated,
    "task.updated": TaskUpdated,
    "task.completed": TaskCompleted,
    "task.reopened": TaskReopened,
    "task.deleted": TaskDeleted,
    "task.due_soon": TaskDueSoon,
    "task.overdue": TaskOverdue,
    "task.restored": TaskRestored,
    "task.purged": TaskPurged,
}


def entity(event: TaskEvent) -> str:
    """`task-<task id>`."""
    return f"task-{event.task_id}"
