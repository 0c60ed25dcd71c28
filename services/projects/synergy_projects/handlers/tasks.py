"""Commands on tasks."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import CreateTask, DeleteTask, UpdateTask
from synergy_projects.domain.errors import ProjectNotFound, TaskNotFound
from synergy_projects.domain.project import Milestone, Project, Sprint
from synergy_projects.handlers.desk import Desk, stream_of
from synergy_projects.queries import loading, views
from synergy_projects.queries.people import among, people
from synergy_projects.queries.tasks import project_of_task
from synergy_projects.queries.views import View

_T: Final = tables.tasks.c


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
            label_ids = _load_named(stream.rows, project, command.labels, command.milestone, command.sprint)
            if command.depends_on:
                project.tasks = loading.tasks(
                    stream.rows, _T.project_id == project.id, among(_T.id, command.depends_on)
                )
            events = decide.create_task(project, command, task_id=task_id, label_ids=label_ids)
            known = people(stream.rows, command.assignees)
            changed = desk.record(stream, project, events, {"task": task_id})
    if seen is not None:
        return _again(desk, command.project_id, seen["task"], seen["version"])
    task = changed.tasks[task_id]
    return views.task(task, command.project_id, known, blocked_by=changed.blocked_by(task))


def update_task(command: UpdateTask, *, context: CommandContext, desk: Desk) -> View:
    """Change fields of a task. Raises TaskNotFound, NotAllowed, InvalidValue."""
    with desk.uow.reading() as connection:
        project_id = project_of_task(connection, command.task_id)
    with desk.locked(project_id, context, missing=TaskNotFound) as stream:
        seen = stream.seen
        if seen is None:
            wanted = command.changes
            assigned, awaited = wanted.get("assignees", ()), wanted.get("depends_on", ())
            project = loading.project(stream.rows, project_id, only=[command.actor.user_id, *assigned])
            if project is None:
                raise TaskNotFound
            project.tasks = loading.task_and_awaited(stream.rows, project_id, command.task_id, also=awaited)
            label_ids = _load_named(
                stream.rows, project, wanted.get("labels", ()), wanted.get("milestone"), wanted.get("sprint")
            )
            reached = loading.reached(stream.rows, project_id, awaited)
            events = decide.update_task(project, command, label_ids=label_ids, reached=reached)
            task = project.tasks[command.task_id]
            known = people(stream.rows, {*task.assignees, *assigned})
            changed = desk.record(stream, project, events)
    if seen is not None:
        return _again(desk, project_id, command.task_id, seen["version"])
    return views.task(task, project_id, known, blocked_by=changed.blocked_by(task))


def delete_task(command: DeleteTask, *, context: CommandContext, desk: Desk) -> None:
    """Put a task into the trash. Raises TaskNotFound, NotAllowed."""
    with desk.uow.reading() as connection:
        project_id = project_of_task(connection, command.task_id)
    with desk.locked(project_id, context, missing=TaskNotFound) as stream:
        if stream.seen is None:
            project = loading.project(stream.rows, project_id, only=[command.actor.user_id])
            if project is None:
                raise TaskNotFound
            project.tasks = loading.tasks(stream.rows, _T.project_id == project_id, _T.id == command.task_id)
            desk.record(stream, project, decide.delete_task(project, command))


def _again(desk: Desk, project_id: int, task_id: int, version: int) -> View:
    with desk.uow.reading() as connection, desk.histories.at(connection, stream_of(project_id), version) as project:
        if project is None:
            raise TaskNotFound
        task = project.tasks[task_id]
        known = people(connection, task.assignees)
        return views.task(task, project_id, known, blocked_by=project.blocked_by(task))


def _load_named(
    rows: Connection, project: Project, labels: Sequence[str], milestone: int | None, sprint: int | None
) -> list[int]:
    """Read what a task is to be planned by, as far as it is there; answer fresh ids for the labels that are not."""
    project.labels, fresh_ids = loading.labels_named(rows, project.id, labels)
    if milestone is not None:
        columns = tables.milestones.c
        where = columns.project_id == project.id, columns.id == milestone
        project.milestones = loading.entities(rows, tables.milestones, Milestone, *where)
    if sprint is not None:
        columns = tables.sprints.c
        where = columns.project_id == project.id, columns.id == sprint
        project.sprints = loading.entities(rows, tables.sprints, Sprint, *where)
    return fresh_ids
