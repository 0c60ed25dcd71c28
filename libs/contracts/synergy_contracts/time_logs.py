"""Time spent on tasks."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from synergy_contracts.envelope import PageRequest, PositiveId
from synergy_contracts.people import Person

Minutes = Annotated[int, Meta(ge=1, le=100_000)]
Note = Annotated[str, Meta(max_length=2_000)]


class NewTimeLog(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Minutes the caller spent, on a day; without one today, in UTC."""

    minutes: Minutes
    spent_on: date | None = None
    note: Note = ""


class LogTime(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Enter time the caller spent on a task."""

    task_id: PositiveId
    minutes: Minutes
    spent_on: date | None = None
    note: Note = ""


class TimeLogChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of an entry to change; what is left out stays."""

    minutes: Minutes | UnsetType = UNSET
    spent_on: date | UnsetType = UNSET
    note: Note | UnsetType = UNSET


class UpdateTimeLog(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change the fields of one entry that `changes` names."""

    task_id: PositiveId
    time_log_id: PositiveId
    changes: TimeLogChanges


class TimeLogRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of a task."""

    task_id: PositiveId
    time_log_id: PositiveId


class ListTimeLogs(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The time spent on a task, entry by entry, the oldest first unless otherwise asked; `user`: by this person."""

    task_id: PositiveId
    user: PositiveId | None = None
    ordering: Literal["id", "-id", "spent_on", "-spent_on"] = "id"


class TimeLogView(msgspec.Struct, frozen=True, kw_only=True):
    """Time that somebody spent on a task. `started_at` is when the timer was started that measured it, if one did."""

    id: int
    project: int
    task: int
    user: Person
    minutes: int
    spent_on: date
    note: str
    started_at: datetime | None
    created_at: datetime
    updated_at: datetime


class TimerNote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done while the timer ran."""

    note: Note = ""


class StopTimer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stop the caller's timer on a task."""

    task_id: PositiveId
    note: Note = ""


class TimerView(msgspec.Struct, frozen=True, kw_only=True):
    """The caller's timer that runs."""

    project: int
    task: int
    started_at: datetime


class CurrentTimer(msgspec.Struct, frozen=True, kw_only=True):
    """The caller's timer, null where none runs."""

    running: TimerView | None
