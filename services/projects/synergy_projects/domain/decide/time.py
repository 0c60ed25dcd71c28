"""What follows from commands on time."""

from datetime import date, datetime, timedelta
from typing import Final, cast

from synergy_projects.domain.commands import DeleteTimeLog, LogTime, StartTimer, StopTimer, UpdateTimeLog
from synergy_projects.domain.decide.access import live_task, require
from synergy_projects.domain.decide.checks import differences, readable
from synergy_projects.domain.errors import InvalidValue, TimeLogNotFound, TimerNotRunning
from synergy_projects.domain.events import Event, TimeLogDeleted, TimeLogged, TimeLogUpdated, TimerStarted
from synergy_projects.domain.fields import TimeLogPatch
from synergy_projects.domain.project import Project, TimeLog, Timer
from synergy_projects.domain.roles import Right

MOST_MINUTES: Final = 100_000
"""Of one entry: some ten weeks of a timer that was forgotten."""


def log_time(project: Project, command: LogTime, *, time_log_id: int, now: datetime) -> list[Event]:
    """An entry of the actor's own. Raises TaskNotFound, NotAllowed, InvalidValue."""
    live_task(project, command.actor, command.task_id)
    require(project, command.actor, Right.LOG_TIME)
    spent_on = now.date() if command.spent_on is None else command.spent_on
    _checked({"spent_on": spent_on, "note": command.note}, now)
    return [
        TimeLogged(
            time_log_id=time_log_id,
            task_id=command.task_id,
            user_id=command.actor.user_id,
            minutes=command.minutes,
            spent_on=spent_on,
            note=command.note,
            started_at=None,
        )
    ]


def update_time_log(project: Project, command: UpdateTimeLog, *, now: datetime) -> list[Event]:
    """What really changes of one's own entry, or of anybody's by whoever manages. TaskNotFound, TimeLogNotFound,
    NotAllowed, InvalidValue."""
    log = _own_or_managed(project, command)
    changes, before = differences(log, command.changes)
    _checked(cast(TimeLogPatch, changes), now)
    if not changes:
        return []
    return [
        TimeLogUpdated(
            time_log_id=log.id,
            task_id=log.task_id,
            changes=cast(TimeLogPatch, changes),
            before=cast(TimeLogPatch, before),
        )
    ]


def delete_time_log(project: Project, command: DeleteTimeLog) -> list[Event]:
    """One's own entry goes, or anybody's by whoever manages. Raises TaskNotFound, TimeLogNotFound, NotAllowed."""
    log = _own_or_managed(project, command)
    return [
        TimeLogDeleted(
            time_log_id=log.id,
            task_id=log.task_id,
            user_id=log.user_id,
            minutes=log.minutes,
            spent_on=log.spent_on,
            note=log.note,
        )
    ]


def start_timer(project: Project, command: StartTimer, *, time_log_id: int, now: datetime) -> list[Event]:
    """
    A timer on the task, unless it runs there already; the one that ran on another task of the project is stopped and
    logged as `time_log_id`. Raises TaskNotFound, NotAllowed.
    """
    live_task(project, command.actor, command.task_id)
    require(project, command.actor, Right.LOG_TIME)
    running = project.timers.get(command.actor.user_id)
    if running is not None and running.task_id == command.task_id:
        return []
    stopped = [] if running is None else [_measured(running, time_log_id, "", now)]
    return [*stopped, TimerStarted(task_id=command.task_id, user_id=command.actor.user_id)]


def stop_timer(project: Project, command: StopTimer, *, time_log_id: int, now: datetime) -> list[Event]:
    """
    What the actor's timer measured is logged, also on a task in the trash, in a project that is archived, and whatever
    has become of the actor's role: the time was spent. Raises TaskNotFound, TimerNotRunning, InvalidValue.
    """
    running = project.timers.get(command.actor.user_id)
    if running is None or running.task_id != command.task_id:
        live_task(project, command.actor, command.task_id)
        raise TimerNotRunning
    _checked({"note": command.note}, now)
    return [_measured(running, time_log_id, command.note, now)]


def _measured(timer: Timer, time_log_id: int, note: str, now: datetime) -> TimeLogged:
    """Whole minutes, rounded to the nearest, at least one; on the day on which it began, in UTC."""
    minutes = round((now - timer.started_at) / timedelta(minutes=1))
    return TimeLogged(
        time_log_id=time_log_id,
        task_id=timer.task_id,
        user_id=timer.user_id,
        minutes=min(max(minutes, 1), MOST_MINUTES),
        spent_on=timer.started_at.date(),
        note=note,
        started_at=timer.started_at,
    )


def _own_or_managed(project: Project, command: UpdateTimeLog | DeleteTimeLog) -> TimeLog:
    live_task(project, command.actor, command.task_id)
    log = project.time_logs.get(command.time_log_id)
    if log is None or log.task_id != command.task_id:
        raise TimeLogNotFound
    own = log.user_id == command.actor.user_id
    require(project, command.actor, Right.LOG_TIME if own else Right.CORRECT_TIME)
    return log


def _checked(changes: TimeLogPatch, now: datetime) -> None:
    """A day that has begun somewhere on earth, and a note that can be read. Raises InvalidValue."""
    spent_on: date | None = changes.get("spent_on")
    if spent_on is not None and spent_on > now.date() + timedelta(days=1):
        raise InvalidValue("/spent_on", "Give a day that is not in the future.")
    if changes.get("note"):
        readable(changes["note"], "/note")
