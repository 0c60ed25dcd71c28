"""Commands on the steps of a task."""

from synergy_chassis.store import CommandContext, Stream
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import CreateSubtask, DeleteSubtask, UpdateSubtask
from synergy_projects.domain.project import Project
from synergy_projects.handlers.desk import Desk
from synergy_projects.handlers.parts import on_task, with_task, with_task_and_next_id
from synergy_projects.queries import views
from synergy_projects.queries.views import View


def create_subtask(command: CreateSubtask, *, context: CommandContext, desk: Desk) -> View:
    """Add a step. Raises TaskNotFound, NotAllowed, InvalidValue."""

    def made(stream: Stream, project_id: int) -> View:
        project, subtask_id = with_task_and_next_id(
            stream.rows, project_id, command.task_id, tables.subtask_ids, only=[command.actor.user_id]
        )
        events = decide.create_subtask(project, command, subtask_id=subtask_id)
        return _view(desk.record(stream, project, events, {"subtask": subtask_id}), command.task_id, subtask_id)

    return on_task(
        desk, context, command.task_id, made, lambda _, then, seen: _view(then, command.task_id, seen["subtask"])
    )


def update_subtask(command: UpdateSubtask, *, context: CommandContext, desk: Desk) -> View:
    """Rename a step, complete it, take it up again. Raises TaskNotFound, SubtaskNotFound, NotAllowed, InvalidValue."""

    def made(stream: Stream, project_id: int) -> View:
        project = with_task(stream.rows, project_id, command.task_id, only=[command.actor.user_id])
        events = decide.update_subtask(project, command)
        return _view(desk.record(stream, project, events), command.task_id, command.subtask_id)

    return on_task(
        desk, context, command.task_id, made, lambda _rows, then, _: _view(then, command.task_id, command.subtask_id)
    )


def delete_subtask(command: DeleteSubtask, *, context: CommandContext, desk: Desk) -> None:
    """Take a step away. Raises TaskNotFound, SubtaskNotFound, NotAllowed."""

    def made(stream: Stream, project_id: int) -> None:
        project = with_task(stream.rows, project_id, command.task_id, only=[command.actor.user_id])
        desk.record(stream, project, decide.delete_subtask(project, command))

    on_task(desk, context, command.task_id, made)


def _view(project: Project, task_id: int, subtask_id: int) -> View:
    return views.subtask(project.tasks[task_id].subtasks[subtask_id])
