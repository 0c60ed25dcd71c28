"""What people ask about the time they spent."""

from dataclasses import dataclass
from datetime import date

from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.fields import TimeLogPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTime:
    """Enter minutes of the actor's own; `spent_on` None: today, in UTC."""

    actor: Actor
    task_id: int
    minutes: int
    spent_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTimeLog:
    """Change these fields of an entry; what is left out stays."""

    actor: Actor
    task_id: int
    time_log_id: int
    changes: TimeLogPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTimeLog:
    """Take an entry away."""

    actor: Actor
    task_id: int
    time_log_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer:
    """Begin to measure; another timer of the actor's stops, and what it measured is logged."""

    actor: Actor
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTimer:
    """Log what the actor's timer on the task measured."""

    actor: Actor
    task_id: int
    note: str = ""
