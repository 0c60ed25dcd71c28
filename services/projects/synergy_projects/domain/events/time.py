"""Time that people spent on tasks, in whole minutes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from synergy_projects.domain.fields import TimeLogPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerStarted:
    """Somebody began to work on a task, when this was recorded, and has no other timer running in the project."""

    task_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLogged:
    """
    Somebody spent time on a task on a day. With `started_at` a timer measured it, which does not run any more; without
    it was entered.
    """

    time_log_id: int
    task_id: int
    user_id: int
    minutes: int
    spent_on: date
    note: str
    started_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLogUpdated:
    """An entry was corrected."""

    time_log_id: int
    task_id: int
    changes: TimeLogPatch
    before: TimeLogPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLogDeleted:
    """An entry was taken away; it was this."""

    time_log_id: int
    task_id: int
    user_id: int
    minutes: int
    spent_on: date
    note: str


TimeEvent = TimerStarted | TimeLogged | TimeLogUpdated | TimeLogDeleted

STORED_AS: Final[dict[str, type]] = {
    "time.started": TimerStarted,
    "time.logged": TimeLogged,
    "time.updated": TimeLogUpdated,
    "time.deleted": TimeLogDeleted,
}


def entity(event: TimeEvent) -> str:
    """`timer-<user id>` or `time-<id>`."""
    return f"timer-{event.user_id}" if isinstance(event, TimerStarted) else f"time-{event.time_log_id}"
