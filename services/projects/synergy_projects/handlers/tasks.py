"""Commands on tasks."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext, Question, Rows, Stream
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import Actor, CreateTask, DeleteTask, RankTask, RestoreTask, UpdateTask
from synergy_projects.domain.decide.ranks import neighbour
from synergy_projects.domain.errors import ProjectNotFound, TaskNotFound
from synergy_projects.domain.events import Event, TaskUpdated
from synergy_projects.domain.fields import TaskPatch
from synergy_projects.domain.project import Milestone, Project, Sprint
from synergy_projects.handlers.desk import Desk, stream_of
from synergy_projects.queries import loading, ranks, views
from synergy_projects.queries.people import among, named, people, people_from
from synergy_projects.queries.tasks import project_of_task
from synergy_projects.queries.views import View

Load = Callable[[Stream, int], Project | None]
Decided = Callable[[Connection, Project], list[Event]]
Answer = TypeVar("Answer")
_T: Final = tables.tasks.c


class OfTask(Protocol):
    """A command on one task."""

    @property
    def actor(self) -> Actor: ...

    @property
    def task_id(self) -> int: ...


def create_task(command: CreateTask, *, context: CommandContext, desk: Desk) -> View:
    """Add a task. Raises ProjectNotFound, NotAllowed, InvalidValue."""
    involved = [command.actor.user_id, *command.assignees]
    asked = [loading.project_and_next_id(command.project_id, tables.task_ids, only=involved)]
    asked += [named(command.assignees)] if command.assignees else []
    with desk.locked(command.project_id, context, also=asked) as stream:
        seen = stream.seen
        if seen is None:
            wanted, *names = stream.also
            project, task_id = loading.project_and_id_from(wanted)
            if project is None:
                raise ProjectNotFound
            label_ids = load_named(stream.rows, project, command.labels, command.milestone, command.sprint)
            if command.depends_on:
                project.tasks = loading.tasks(
                    stream.rows, _T.project_id == project.id, among(_T.id, command.depends_on)
                )
            events = decide.create_task(project, command, task_id=task_id, label_ids=label_ids)
            changed = desk.record(stream, project, events, {"task": task_id})
    if seen is not None:
        return again(desk, seen["project"], seen["task"], seen["version"])
    task = changed.tasks[task_id]
    known = people_from(names[0]) if names else {}
    return views.task(task, command.project_id, known, blocked_by=changed.blocked_by(task))


def update_task(command: UpdateTask, *, context: CommandContext, desk: Desk) -> View:
    """Change fields of a task. Raises TaskNotFound, NotAllowed, InvalidValue."""

    def also(project_id: int) -> list[Question]:
        return asked_for_update(project_id, command.actor.user_id, [command.task_id], command.changes)

    def load(stream: Stream, _project_id: int) -> Project | None:
        return for_update(stream.also)

    def decided(rows: Connection, project: Project) -> list[Event]:
        return decide.update_task(project, command, **facts_for_update(rows, project, command.changes))

    return changed(command, load, decided, context=context, desk=desk, also=also)


def delete_task(command: DeleteTask, *, context: CommandContext, desk: Desk) -> None:
    """Put a task into the trash. Raises TaskNotFound, NotAllowed."""

    def deleted(project_id: int) -> None:
        with desk.locked(project_id, context, missing=TaskNotFound) as stream:
            if stream.seen is None:
                project = loading.project(stream.rows, project_id, only=[command.actor.user_id])
                if project is None:
                    raise TaskNotFound
                project.tasks = loading.tasks(stream.rows, _T.project_id == project_id, _T.id == command.task_id)
                desk.record(stream, project, decide.delete_task(project, command))

    at_home(desk, command.task_id, deleted)


def restore_task(command: RestoreTask, *, context: CommandContext, desk: Desk) -> View:
    """Take a task out of the trash. Raises TaskNotFound, NotAllowed, ProjectTrashed."""

    def load(stream: Stream, project_id: int) -> Project | None:
        rows = stream.rows
        tasks = loading.task_and_awaited(rows, project_id, command.task_id)
        task = tasks.get(command.task_id)
        if task is None:
            return None
        project = loading.project(rows, project_id, only=[command.actor.user_id, *task.assignees])
        if project is not None:
            project.tasks = tasks
            load_named(rows, project, task.labels, task.milestone, task.sprint)
        return project

    def decided(_rows: Connection, project: Project) -> list[Event]:
        return decide.restore_task(project, command)

    return changed(command, load, decided, context=context, desk=desk)


def rank_task(command: RankTask, *, context: CommandContext, desk: Desk) -> View:
    """Put a task before or after another one. Raises TaskNotFound, NotAllowed, InvalidValue."""
    _, other_id = neighbour(command)

    def load(stream: Stream, project_id: int) -> Project | None:
        project = loading.project(stream.rows, project_id, only=[command.actor.user_id])
        if project is not None:
            project.tasks = loading.task_and_awaited(stream.rows, project_id, command.task_id, also=[other_id])
        return project

    def decided(rows: Connection, project: Project) -> list[Event]:
        other = project.tasks.get(other_id)
        place = ranks.place_beside(rows, project, command.task_id, other, before=command.before is not None)
        return decide.rank_task(project, command, low=place.low, high=place.high, crowd=place.crowd, at=place.at)

    return changed(command, load, decided, context=context, desk=desk)


def changed(
    command: OfTask,
    load: Load,
    decided: Decided,
    *,
    context: CommandContext,
    desk: Desk,
    also: Callable[[int], Sequence[Question]] = lambda _project_id: (),
) -> View:
    """
    The task after what follows from the command, in the project it is in when that is locked; `also` is asked with the
    lock.

    Raises TaskNotFound where there is nothing to load, and what is decided.
    """

    def done(project_id: int) -> View:
        with desk.locked(project_id, context, missing=TaskNotFound, also=also(project_id)) as stream:
            seen = stream.seen
            if seen is None:
                project = load(stream, project_id)
                if project is None:
                    raise TaskNotFound
                events = decided(stream.rows, project)
                shown = {*project.tasks[command.task_id].assignees, *_assigned(events)}
                known = people(stream.rows, shown)
                after = desk.record(stream, project, events)
                task = after.tasks[command.task_id]
        if seen is not None:
            return again(desk, seen["project"], command.task_id, seen["version"])
        return views.task(task, project_id, known, blocked_by=after.blocked_by(task))

    return at_home(desk, command.task_id, done)


def at_home(desk: Desk, task_id: int, done: Callable[[int], Answer]) -> Answer:
    """What is `done` in the task's project; again, where the task has moved on before that was locked."""
    project_id = _home(desk, task_id)
    while True:
        try:
            return done(project_id)
        except TaskNotFound:
            now = _home(desk, task_id)
            if now == project_id:
                raise
            project_id = now


def asked_for_update(project_id: int, user_id: int, task_ids: Sequence[int], changes: TaskPatch) -> list[Question]:
    """What asks for the state that changes of these tasks are decided on; `for_update` takes the rows."""
    assigned, awaited = changes.get("assignees", ()), changes.get("depends_on", ())
    return [
        loading.of_project(project_id, only=[user_id, *assigned]),
        loading.with_awaited(project_id, task_ids, also=awaited),
    ]


def for_update(asked: Sequence[Rows]) -> Project | None:
    """The state that the rows of `asked_for_update` stand for, as far as that is of one project."""
    of_project, of_tasks = asked
    project = loading.first_project_from(of_project)
    if project is not None:
        project.tasks = loading.tasks_from(of_tasks)
    return project


def facts_for_update(rows: Connection, project: Project, changes: TaskPatch) -> dict[str, Any]:
    """What else `decide.update_task` is to know; reads what the tasks are to be planned by."""
    label_ids = load_named(rows, project, changes.get("labels", ()), changes.get("milestone"), changes.get("sprint"))
    return {"label_ids": label_ids, "reached": loading.reached(rows, project.id, changes.get("depends_on", ()))}


def _home(desk: Desk, task_id: int) -> int:
    with desk.uow.glancing() as connection:
        return project_of_task(connection, task_id)


def _assigned(events: Sequence[Event]) -> set[int]:
    updates = [event.changes for event in events if isinstance(event, TaskUpdated)]
    return {user_id for changes in updates for user_id in changes.get("assignees", ())}


def again(desk: Desk, project_id: int, task_id: int, version: int) -> View:
    """The task as a command left it that is seen again."""
    with desk.uow.reading() as connection, desk.histories.at(connection, stream_of(project_id), version) as project:
        if project is None:
            raise TaskNotFound
        task = project.tasks[task_id]
        known = people(connection, task.assignees)
        return views.task(task, project_id, known, blocked_by=project.blocked_by(task))


def load_named(
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
