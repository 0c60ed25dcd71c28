"""/api/tasks/{id}/time-logs/ and timers: time spent on a task."""

import msgspec

from synergy_contracts.envelope import Nothing
from synergy_contracts.tasks import TaskRef
from synergy_contracts.time_logs import (
    CurrentTimer,
    ListTimeLogs,
    LogTime,
    NewTimeLog,
    StopTimer,
    TimeLogChanges,
    TimeLogRef,
    TimeLogView,
    TimerNote,
    TimerView,
    UpdateTimeLog,
)
from synergy_gateway import methods
from synergy_gateway.answers import Answer, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, patch, post
from synergy_gateway.pages import Listing

TIME_LOGS = "/api/tasks/{task_id}/time-logs/"
TIME_LOG = "/api/tasks/{task_id}/time-logs/{time_log_id}/"
START = "/api/tasks/{task_id}/timer/start/"
STOP = "/api/tasks/{task_id}/timer/stop/"
TIMER = "/api/me/timer/"


class _TimeLog(msgspec.Struct, frozen=True):
    id: int


@get(TIME_LOGS, Listing[TimeLogView], fixed={"task_id": "task_id"})
async def list_time_logs(asking: Asking, task_id: int, query: ListTimeLogs) -> Answer:
    """List the time spent on a task, entry by entry."""
    return await asking.page(methods.LIST_TIME_LOGS, query)


@post(TIME_LOGS, TimeLogView)
async def log_time(asking: Asking, task_id: int, body: NewTimeLog) -> Answer:
    """Enter time you spent on a task."""
    entry = LogTime(task_id=task_id, minutes=body.minutes, spent_on=body.spent_on, note=body.note)
    return _logged(task_id, await asking.ask(methods.LOG_TIME, entry))


@patch(TIME_LOG, TimeLogView)
async def update_time_log(asking: Asking, task_id: int, time_log_id: int, body: TimeLogChanges) -> Answer:
    """Correct an entry of yours; managers correct anybody's."""
    change = UpdateTimeLog(task_id=task_id, time_log_id=time_log_id, changes=body)
    return await asking.answer(methods.UPDATE_TIME_LOG, change)


@delete(TIME_LOG)
async def delete_time_log(asking: Asking, task_id: int, time_log_id: int) -> Answer:
    """Take an entry of yours away; managers take anybody's."""
    await asking.ask(methods.DELETE_TIME_LOG, TimeLogRef(task_id=task_id, time_log_id=time_log_id))
    return done()


@post(START, TimerView, status=200)
async def start_timer(asking: Asking, task_id: int) -> Answer:
    """Start your timer on a task; one that runs on another task stops, and its time is logged there."""
    return await asking.answer(methods.START_TIMER, TaskRef(task_id=task_id))


@post(STOP, TimeLogView)
async def stop_timer(asking: Asking, task_id: int, body: TimerNote) -> Answer:
    """Stop your timer on a task: what it measured, at least a minute, is logged."""
    return _logged(task_id, await asking.ask(methods.STOP_TIMER, StopTimer(task_id=task_id, note=body.note)))


@get(TIMER, CurrentTimer)
async def read_timer(asking: Asking) -> Answer:
    """Read which timer of yours runs, if one does."""
    return await asking.answer(methods.READ_TIMER, Nothing())


def _logged(task_id: int, made: msgspec.Raw) -> Answer:
    return created(made, TIME_LOG.format(task_id=task_id, time_log_id=identified(made, _TimeLog).id))
