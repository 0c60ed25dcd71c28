"""A task goes to another project, in one transaction on both."""

from typing import Final

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext, Stream, StreamNotFound
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import MoveTask
from synergy_projects.domain.errors import ProjectNotFound, TaskNotFound
from synergy_projects.domain.project import Project
from synergy_projects.handlers.desk import Desk, stream_of
from synergy_projects.handlers.tasks import again, at_home, changed
from synergy_projects.queries import loading, views
from synergy_projects.queries.people import people
from synergy_projects.queries.views import View

_T: Final = tables.tasks.c


def move_task(command: MoveTask, *, context: CommandContext, desk: Desk) -> View:
    """
    The task in its new project. That it is there already is no error.

    Raises TaskNotFound, ProjectNotFound, NotAllowed, ProjectArchived.
    """

    def stay(stream: Stream, project_id: int) -> Project | None:
        if project_id != command.project_id:
            return None  # it has gone on meanwhile
        project = loading.project(stream.rows, project_id, only=[command.actor.user_id])
        if project is not None:
            project.tasks = loading.task_and_awaited(stream.rows, project_id, command.task_id)
        return project

    def moved(source_id: int) -> View:
        if source_id == command.project_id:
            return changed(
                command, stay, lambda _, project: decide.keep_task(project, command), context=context, desk=desk
            )
        return _moved(command, source_id, context=context, desk=desk)

    return at_home(desk, command.task_id, moved)


def _moved(command: MoveTask, source_id: int, *, context: CommandContext, desk: Desk) -> View:
    target_id, user_id = command.project_id, command.actor.user_id
    try:
        with desk.uow.streams([stream_of(source_id), stream_of(target_id)], context) as streams:
            seen = streams.seen
            if seen is None:
                source = loading.project(streams.rows, source_id, only=[user_id])
                here = _T.project_id == source_id
                waiting = _T.depends_on.contains([command.task_id])
                tasks = loading.tasks(streams.rows, here, (_T.id == command.task_id) | waiting)
                task = tasks.get(command.task_id)
                if source is None or task is None:
                    raise TaskNotFound
                source.tasks = tasks
                _load_hanging(streams.rows, source, command.task_id)
                involved = [user_id, *task.assignees, *source.timers]
                target = loading.project(streams.rows, target_id, only=involved)
                if target is None:
                    raise ProjectNotFound
                target.labels, label_ids = loading.labels_named(streams.rows, target_id, task.labels)
                left, came = decide.move_task(source, target, command, label_ids=label_ids)
                known = people(streams.rows, task.assignees)
                after = desk.record_both(streams, (source, left), (target, came))
    except StreamNotFound:
        raise ProjectNotFound from None
    if seen is not None:
        context.reached[stream_of(seen["project"])] = seen["version"]
        return again(desk, seen["project"], command.task_id, seen["version"])
    return views.task(after.tasks[command.task_id], target_id, known, blocked_by=())


def _load_hanging(rows: Connection, source: Project, task_id: int) -> None:
    """Read the comments, time and timers of the task."""
    comments, time_logs, timers = tables.comments.c, tables.time_logs.c, tables.timers.c
    source.comments = loading.comments(rows, comments.task_id == task_id)
    source.time_logs = loading.time_logs(rows, time_logs.task_id == task_id)
    source.timers = loading.timers(rows, timers.project_id == source.id, timers.task_id == task_id)
