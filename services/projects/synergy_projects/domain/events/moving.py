"""A task went from one project to another."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from synergy_projects.domain.fields import MovePatch, Priority, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedSubtask:
    """A step of the task."""

    id: int
    title: str
    is_completed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedComment:
    """A comment on the task."""

    id: int
    author_id: int
    content: str
    mentions: tuple[int, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTimeLog:
    """Time that was spent on the task."""

    id: int
    user_id: int
    minutes: int
    spent_on: date
    note: str
    started_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTimer:
    """A timer that runs on the task, of somebody who is in its new project too."""

    user_id: int
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTask:
    """
    All that a task is when it arrives, under the next number of its new project and as the last in rank. Nothing that
    is of the project it left is in it: it waits for no task, and is in no milestone or sprint.
    """

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
    completed_at: datetime | None
    created_at: datetime
    comment_count: int
    time_logged_minutes: int
    subtasks: tuple[MovedSubtask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMoved:
    """
    A task went to another project: it is gone from `from_project`, and in `to_project` as `task` says. Both streams
    hold this, so that each tells its project's story alone. `before` are the fields that moving changed, as they were.
    What else hangs on the task stands in the stream of the project that it comes to, and is empty in the other.
    """

    task_id: int
    from_project: int
    to_project: int
    task: MovedTask
    before: MovePatch
    comments: tuple[MovedComment, ...]
    time_logs: tuple[MovedTimeLog, ...]
    timers: tuple[MovedTimer, ...]


MoveEvent = TaskMoved

STORED_AS: Final[dict[str, type]] = {"task.moved": TaskMoved}


def entity(event: MoveEvent) -> str:
    """`task-<task id>`."""
    return f"task-{event.task_id}"
