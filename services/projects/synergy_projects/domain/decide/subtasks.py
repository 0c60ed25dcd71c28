"""What follows from commands on the steps of a task."""

from typing import Final, cast

from synergy_projects.domain.commands import CreateSubtask, DeleteSubtask, UpdateSubtask
from synergy_projects.domain.decide.access import live_task, require
from synergy_projects.domain.decide.checks import differences, one_line
from synergy_projects.domain.errors import InvalidValue, SubtaskNotFound
from synergy_projects.domain.events import Event, SubtaskCreated, SubtaskDeleted, SubtaskUpdated
from synergy_projects.domain.fields import SubtaskPatch
from synergy_projects.domain.project import Project, Subtask
from synergy_projects.domain.roles import Right

MOST_SUBTASKS: Final = 100
"""A task is shown with all of them."""


def create_subtask(project: Project, command: CreateSubtask, *, subtask_id: int) -> list[Event]:
    """One step more. Raises TaskNotFound, NotAllowed, InvalidValue."""
    task = live_task(project, command.actor, command.task_id)
    require(project, command.actor, Right.EDIT_TASKS)
    one_line(command.title, "/title")
    if len(task.subtasks) >= MOST_SUBTASKS:
        raise InvalidValue("/title", f"A task has at most {MOST_SUBTASKS} subtasks; make a task of its own of it.")
    return [
        SubtaskCreated(subtask_id=subtask_id, task_id=task.id, title=command.title, is_completed=command.is_completed)
    ]


def update_subtask(project: Project, command: UpdateSubtask) -> list[Event]:
    """
    What really changes. Whether it is completed is its status, which every member may report, as of a task.

    Raises TaskNotFound, SubtaskNotFound, NotAllowed, InvalidValue.
    """
    subtask = _subtask(project, command)
    require(project, command.actor, Right.REPORT_WORK)
    changes, before = differences(subtask, command.changes)
    if "title" in changes:
        require(project, command.actor, Right.EDIT_TASKS)
        one_line(command.changes["title"], "/title")
    if not changes:
        return []
    return [
        SubtaskUpdated(
            subtask_id=subtask.id,
            task_id=command.task_id,
            changes=cast(SubtaskPatch, changes),
            before=cast(SubtaskPatch, before),
        )
    ]


def delete_subtask(project: Project, command: DeleteSubtask) -> list[Event]:
    """One step less. Raises TaskNotFound, SubtaskNotFound, NotAllowed."""
    subtask = _subtask(project, command)
    require(project, command.actor, Right.EDIT_TASKS)
    return [
        SubtaskDeleted(
            subtask_id=subtask.id, task_id=command.task_id, title=subtask.title, is_completed=subtask.is_completed
        )
    ]


def _subtask(project: Project, command: UpdateSubtask | DeleteSubtask) -> Subtask:
    task = live_task(project, command.actor, command.task_id)
    subtask = task.subtasks.get(command.subtask_id)
    if subtask is None:
        raise SubtaskNotFound
    return subtask
