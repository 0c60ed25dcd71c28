"""How events of time are taken back."""

from collections.abc import Iterator
from typing import assert_never

from synergy_projects.domain import decide
from synergy_projects.domain.commands import DeleteTimeLog, UpdateTimeLog
from synergy_projects.domain.errors import CannotUndo
from synergy_projects.domain.events import TimeEvent, TimeLogDeleted, TimeLogged, TimeLogUpdated, TimerStarted
from synergy_projects.domain.undoing.trial import Step, Trial


def back(trial: Trial, event: TimeEvent) -> Iterator[Step]:
    """The steps. Raises CannotUndo."""
    match event:
        case TimerStarted():
            raise CannotUndo("A timer that was started is stopped; the entry that it becomes can be deleted.")
        case TimeLogDeleted():
            raise CannotUndo("The time log is gone; enter it again by hand.")
        case TimeLogged() | TimeLogUpdated():
            yield _logged(trial, event)
        case _:
            assert_never(event)


def _logged(trial: Trial, event: TimeLogged | TimeLogUpdated) -> Step:
    log = trial.project.time_logs.get(event.time_log_id)
    if log is None:
        raise CannotUndo("The time log is gone.")
    name = f"time log {log.id}"
    if isinstance(event, TimeLogged):
        trial.still(log, {"minutes": event.minutes, "spent_on": event.spent_on, "note": event.note}, name)
        gone = DeleteTimeLog(actor=trial.actor, task_id=event.task_id, time_log_id=log.id)
        return lambda project: decide.delete_time_log(project, gone)
    trial.still(log, event.changes, name)
    command = UpdateTimeLog(actor=trial.actor, task_id=event.task_id, time_log_id=log.id, changes=event.before)
    return lambda project: decide.update_time_log(project, command, now=log.updated_at)
