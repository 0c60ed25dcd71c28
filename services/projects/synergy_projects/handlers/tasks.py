"""Commands on tasks."""

from synergy_chassis.store import CommandContext
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import CreateTask, DeleteTask, UpdateTask
from synergy_projects.domain.errors import ProjectNotFound, TaskNotFound
from synergy_projects.handlers.desk import Desk, stream_of
from synergy_projects.queries import loading, views
from synergy_projects.queries.people import people
from synergy_projects.queries.tasks import project_of_task
from synergy_projects.queries.views import View


def create_task(command: CreateTask, *, context: CommandContext, desk: Desk) -> View:
    """Add a task. Raises ProjectNotFound, NotAllowed, InvalidValue."""
    with desk.locked(command.project_id, context) as stream:
        seen = stream.seen
        if seen is None:
            project, task_id = loading.project_and_next_id(
                stream.rows, command.project_id, tables.task_ids, only=[command.actor.user_id, *command.assignees]
            )
            if project is None:
                raise ProjectNotFound
            events = decide.create_task(project, command, task_id=task_id)
            known = people(stream.rows, command.assignees)
            changed = desk.record(stream, project, events, {"task": task_id})
    if seen is not None:
        return _again(desk, command.project_id, seen["task"], seen["version"])
    return views.task(changed.tasks[task_id], command.project_id, known)


def update_task(command: UpdateTask, *, context: CommandContext, desk: Desk) -> View:
    """Change fields of a task. Raises TaskNotFound, NotAllowed, InvalidValue."""
    with desk.uow.reading() as connection:
        project_id = project_of_task(connection, command.task_id)
    with desk.locked(project_id, context, missing=TaskNotFound) as stream:
        seen = stream.seen
        if seen is None:
            assigned = command.changes.get("assignees", ())
            project = loading.project(stream.rows, project_id, only=[command.actor.user_id, *assigned])
            if project is None:
                raise TaskNotFound
            project.tasks = loading.tasks(stream.rows, tables.tasks.c.id == command.task_id)
            events = decide.update_task(project, command)
            task = project.tasks[command.task_id]
            known = people(stream.rows, {*task.assignees, *assigned})
            desk.record(stream, project, events)
    if seen is not None:
        return _again(desk, project_id, command.task_id, seen["version"])
    return views.task(task, project_id, known)


def delete_task(command: DeleteTask, *, context: CommandContext, desk: Desk) -> None:
    """Put a task into the trash. Raises TaskNotFound, NotAllowed."""
    with desk.uow.reading() as connection:
        project_id = project_of_task(connection, command.task_id)
    with desk.locked(project_id, context, missing=TaskNotFound) as stream:
        if stream.seen is None:
            project = loading.project(stream.rows, project_id, only=[command.actor.user_id])
            if project is None:
                raise TaskNotFound
            project.tasks = loading.tasks(stream.rows, tables.tasks.c.id == command.task_id)
            desk.record(stream, project, decide.delete_task(project, command))


def _again(desk: Desk, project_id: int, task_id: int, version: int) -> View:
    with desk.uow.reading() as connection, desk.histories.at(connection, stream_of(project_id), version) as project:
        if project is None:
            raise TaskNotFound
        task = project.tasks[task_id]
        return views.task(task, project_id, people(connection, task.assignees))
