"""A task went from one project to another."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from synergy_projects.domain.fields import MovePatch, Priority, TaskStatus


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskMoved:
    """
    A task went to another project: it is gone from `from_project`, and in `to_project` as `task` says. Both streams
    hold this, so that each tells its project's story alone. `before` are the fields that moving changed, as they were.
    """

    task_id: int
    from_project: int
    to_project: int
    task: MovedTask
    before: MovePatch


MoveEvent = TaskMoved

STORED_AS: Final[dict[str, type]] = {"task.moved": TaskMoved}


def entity(event: MoveEvent) -> str:
    """`task-<task id>`."""
    return f"task-{event.task_id}"
