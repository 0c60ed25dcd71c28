"""The words and shapes that commands, events and state share."""

from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypedDict

ProjectStatus = Literal["planning", "active", "on_hold", "completed", "cancelled"]
TaskStatus = Literal["todo", "in_progress", "review", "done"]
Priority = Literal["low", "medium", "high", "urgent"]
MilestoneStatus = Literal["open", "completed"]
SprintStatus = Literal["planned", "active", "completed"]
Role = Literal["owner", "manager", "contributor", "member", "viewer"]

PROJECT_STATUSES: Final[tuple[ProjectStatus, ...]] = ("planning", "active", "on_hold", "completed", "cancelled")
TASK_STATUSES: Final[tuple[TaskStatus, ...]] = ("todo", "in_progress", "review", "done")
PRIORITIES: Final[tuple[Priority, ...]] = ("low", "medium", "high", "urgent")
MILESTONE_STATUSES: Final[tuple[MilestoneStatus, ...]] = ("open", "completed")
SPRINT_STATUSES: Final[tuple[SprintStatus, ...]] = ("planned", "active", "completed")
"""Each in the order in which people sort by it."""


class ProjectPatch(TypedDict, total=False):
    """Some writable fields of a project. `budget` is an amount with at most two places."""

    name: str
    description: str
    status: ProjectStatus
    priority: Priority
    start_date: date | None
    end_date: date | None
    budget: Decimal | None


class TaskPatch(TypedDict, total=False):
    """Some fields of a task that can change. `impact` and the hours are in hundredths, `rank` is as in `ranking`."""

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
    rank: str


class MovePatch(TypedDict, total=False):
    """Fields of a task that belong to its project."""

    assignees: tuple[int, ...]
    labels: tuple[str, ...]
    depends_on: tuple[int, ...]
    milestone: int | None
    sprint: int | None


class LabelPatch(TypedDict, total=False):
    """Some writable fields of a label. `color` is `#rrggbb`."""

    name: str
    color: str


class MilestonePatch(TypedDict, total=False):
    """Some writable fields of a milestone."""

    name: str
    description: str
    due_date: date | None
    status: MilestoneStatus


class SprintPatch(TypedDict, total=False):
    """Some writable fields of a sprint."""

    name: str
    goal: str
    start_date: date | None
    end_date: date | None


class CommentPatch(TypedDict, total=False):
    """Some fields of a comment."""

    content: str
    mentions: tuple[int, ...]


class SubtaskPatch(TypedDict, total=False):
    """Some fields of a subtask."""

    title: str
    is_completed: bool


class TimeLogPatch(TypedDict, total=False):
    """Some fields of a time log."""

    minutes: int
    spent_on: date
    note: str
