"""What fields may hold, as choices of options, so that a shell can complete them."""

from enum import StrEnum


class ProjectStatus(StrEnum):
    """Of a project."""

    planning = "planning"
    active = "active"
    on_hold = "on_hold"
    completed = "completed"
    cancelled = "cancelled"


class TaskStatus(StrEnum):
    """Of a task."""

    todo = "todo"
    in_progress = "in_progress"
    review = "review"
    done = "done"


class Priority(StrEnum):
    """Of both."""

    low = "low"
    medium = "medium"
    high = "high"
    urgent = "urgent"
