"""Commands on time."""

from dataclasses import replace
from uuid import uuid5

from sqlalchemy import Connection, select

from synergy_chassis.store import CommandContext, RowConflict, Stream
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import DeleteTimeLog, LogTime, StartTimer, StopTimer, UpdateTimeLog
from synergy_projects.domain.errors import TimerStartedElsewhere
from synergy_projects.domain.project import Project
from synergy_projects.handlers.desk import Desk
from synergy_projects.handlers.parts import on_task, with_task, with_task_and_next_id
from synergy_projects.queries import loading, views
from synergy_projects.queries.people import people
from synergy_projects.queries.tasks import project_of_task
from synergy_projects.queries.views import View


def log_time(command: LogTime, *, context: CommandContext, desk: Desk) -> View:
    """Enter time of one's own. Raises TaskNotFound, NotAllowed, InvalidValue."""

    def made(stream: Stream, project_id: int) -> View:
        project, time_log_id = with_task_and_next_id(
            stream.rows, project_id, command.task_id, tables.time_log_ids, only=[command.actor.user_id]
        )
        events = decide.log_time(project, command, time_log_id=time_log_id, now=stream.now)
        changed = desk.record(stream, project, events, {"time_log": time_log_id})
        return _view(stream.rows, changed, time_log_id)

    return on_task(desk, context, command.task_id, made, lambda rows, then, seen: _view(rows, then, seen["time_log"]))


def update_time_log(command: UpdateTimeLog, *, context: CommandContext, desk: Desk) -> View:
    """Correct an entry. Raises TaskNotFound, TimeLogNotFound, NotAllowed, InvalidValue."""

    def made(stream: Stream, project_id: int) -> View:
        project = with_task(stream.rows, project_id, command.task_id, only=[command.actor.user_id])
        project.time_logs = loading.time_logs(stream.rows, tables.time_logs.c.id == command.time_log_id)
        changed = desk.record(stream, project, decide.update_time_log(project, command, now=stream.now))
        return _view(stream.rows, changed, command.time_log_id)

    return on_task(desk, context, command.task_id, made, lambda rows, then, _: _view(rows, then, command.time_log_id))


def delete_time_log(command: DeleteTimeLog, *, context: CommandContext, desk: Desk) -> None:
    """Take an entry away. Raises TaskNotFound, TimeLogNotFound, NotAllowed."""

    def made(stream: Stream, project_id: int) -> None:
        project = with_task(stream.rows, project_id, command.task_id, only=[command.actor.user_id])
        project.time_logs = loading.time_logs(stream.rows, tables.time_logs.c.id == command.time_log_id)
        desk.record(stream, project, decide.delete_time_log(project, command))

    on_task(desk, context, command.task_id, made)


def start_timer(command: StartTimer, *, context: CommandContext, desk: Desk) -> View:
    """
    Begin to measure. The actor's timer on another task stops first, and is logged: in the same project within one
    append; in another one as a command of its own before, so that at worst no timer runs, and no time is lost.

    Raises TaskNotFound, NotAllowed, TimerStartedElsewhere.
    """
    _stop_elsewhere(command, context, desk)
    user_id = command.actor.user_id

    def made(stream: Stream, project_id: int) -> View:
        project, time_log_id = with_task_and_next_id(
            stream.rows, project_id, command.task_id, tables.time_log_ids, only=[user_id]
        )
        project.timers = loading.timer(stream.rows, project_id, user_id)
        for running in project.timers.values():
            if running.task_id != command.task_id:
                project.tasks |= loading.tasks(stream.rows, tables.tasks.c.id == running.task_id)
        events = decide.start_timer(project, command, time_log_id=time_log_id, now=stream.now)
        changed = desk.record(stream, project, events)
        return views.timer(changed.timers[user_id], project_id)

    try:
        return on_task(
            desk, context, command.task_id, made,
            lambda _rows, then, seen: views.timer(then.timers[user_id], seen["project"]),
        )  # fmt: skip
    except RowConflict:  # one timer a person, says the table
        raise TimerStartedElsewhere from None


def stop_timer(command: StopTimer, *, context: CommandContext, desk: Desk) -> View:
    """The entry that the actor's timer on the task becomes. Raises TaskNotFound, TimerNotRunning, InvalidValue."""

    def made(stream: Stream, project_id: int) -> View:
        project, time_log_id = with_task_and_next_id(
            stream.rows, project_id, command.task_id, tables.time_log_ids, only=[command.actor.user_id]
        )
        project.timers = loading.timer(stream.rows, project_id, command.actor.user_id)
        events = decide.stop_timer(project, command, time_log_id=time_log_id, now=stream.now)
        changed = desk.record(stream, project, events, {"time_log": time_log_id})
        return _view(stream.rows, changed, time_log_id)

    return on_task(desk, context, command.task_id, made, lambda rows, then, seen: _view(rows, then, seen["time_log"]))


def _stop_elsewhere(command: StartTimer, context: CommandContext, desk: Desk) -> None:
    """Stop the actor's timer in another project, once it is certain that the new one may start."""
    columns = tables.timers.c
    with desk.uow.reading() as connection:
        project_id = project_of_task(connection, command.task_id)
        running = connection.execute(select(tables.timers).where(columns.user_id == command.actor.user_id)).first()
        if running is None or running.project_id == project_id:
            return
        project = with_task(connection, project_id, command.task_id, only=[command.actor.user_id])
        decide.start_timer(project, command, time_log_id=0, now=running.started_at)
    stopping = replace(context, command_id=uuid5(context.command_id, "stop"))
    stop_timer(StopTimer(actor=command.actor, task_id=running.task_id), context=stopping, desk=desk)
    context.reached.update(stopping.reached)


def _view(connection: Connection, project: Project, time_log_id: int) -> View:
    log = project.time_logs[time_log_id]
    return views.time_log(log, project.id, people(connection, [log.user_id]))
