"""The state of what hangs on a task: comments, subtasks, time."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(slots=True, kw_only=True)
class Comment:
    """A comment. The text holds `<@id>` for each of the people it mentions."""

    id: int
    task_id: int
    author_id: int
    content: str
    mentions: tuple[int, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, kw_only=True)
class Subtask:
    """A step of a task; steps are in the order of their ids."""

    id: int
    task_id: int
    title: str
    is_completed: bool


@dataclass(slots=True, kw_only=True)
class TimeLog:
    """Minutes that somebody spent on a day. `started_at` is when the timer was started that measured them, if any."""

    id: int
    task_id: int
    user_id: int
    minutes: int
    spent_on: date
    note: str
    started_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, kw_only=True)
class Timer:
    """A timer of somebody's that runs on a task."""

    user_id: int
    task_id: int
    started_at: datetime
