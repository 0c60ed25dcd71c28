"""How events change time logs and timers. They leave the task's own version alone: that one is of its fields."""

from datetime import datetime
from typing import assert_never

from synergy_projects.domain.events import TimeEvent, TimeLogDeleted, TimeLogged, TimeLogUpdated, TimerStarted
from synergy_projects.domain.project.state import Project, TimeLog, Timer


def evolve(project: Project, event: TimeEvent, _version: int, at: datetime) -> None:
    """The project with its time logs and timers after the event."""
    match event:
        case TimerStarted():
            project.timers[event.user_id] = Timer(user_id=event.user_id, task_id=event.task_id, started_at=at)
        case TimeLogged():
            _logged(project, event, at)
        case TimeLogUpdated():
            log = project.time_logs[event.time_log_id]
            before = log.minutes
            for name, value in event.changes.items():
                setattr(log, name, value)
            log.updated_at = at
            project.tasks[event.task_id].time_logged_minutes += log.minutes - before
        case TimeLogDeleted():
            log = project.time_logs.pop(event.time_log_id)
            project.tasks[event.task_id].time_logged_minutes -= log.minutes
        case _:
            assert_never(event)


def _logged(project: Project, event: TimeLogged, at: datetime) -> None:
    if event.started_at is not None:
        del project.timers[event.user_id]
    project.time_logs[event.time_log_id] = TimeLog(
        id=event.time_log_id,
        task_id=event.task_id,
        user_id=event.user_id,
        minutes=event.minutes,
        spent_on=event.spent_on,
        note=event.note,
        started_at=event.started_at,
        created_at=at,
        updated_at=at,
    )
    project.tasks[event.task_id].time_logged_minutes += event.minutes
