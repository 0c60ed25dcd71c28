"""How events of tasks are taken back."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from synergy_projects.domain import decide
from synergy_projects.domain.commands import DeleteTask, RestoreTask, UpdateTask
from synergy_projects.domain.errors import CannotUndo
from synergy_projects.domain.events import (
    MoveEvent,
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskDueSoon,
    TaskEvent,
    TaskOverdue,
    TaskPurged,
    TaskReopened,
    TaskRestored,
    TaskUpdated,
)
from synergy_projects.domain.fields import TaskPatch
from synergy_projects.domain.project import Project
from synergy_projects.domain.undoing.trial import Step, Trial


def back(trial: Trial, event: TaskEvent) -> Iterator[Step]:
    """The steps. Raises CannotUndo."""
    match event:
        case TaskCreated():
            trial.as_made(event.task_id)
            yield lambda project: decide.delete_task(project, DeleteTask(actor=trial.actor, task_id=event.task_id))
        case TaskUpdated():
            trial.still(trial.task(event.task_id), event.changes, f"task {event.task_id}")
            yield _update(trial, event.task_id, event.before)
        case TaskCompleted():
            trial.still(trial.task(event.task_id), {"status": "done"}, f"task {event.task_id}")
            yield _update(trial, event.task_id, {"status": event.was})
        case TaskReopened():
            trial.still(trial.task(event.task_id), {"status": event.status}, f"task {event.task_id}")
            yield _update(trial, event.task_id, {"status": "done"})
        case TaskDueSoon() | TaskOverdue() | TaskPurged():
            raise CannotUndo("Time made that, and nobody can take it back.")
        case TaskDeleted():
            yield lambda project: decide.restore_task(project, RestoreTask(actor=trial.actor, task_id=event.task_id))
        case TaskRestored():
            trial.task(event.task_id)
            yield lambda project: decide.delete_task(project, DeleteTask(actor=trial.actor, task_id=event.task_id))
        case _:
            assert_never(event)


def moved(_trial: Trial, _event: MoveEvent) -> Iterator[Step]:
    """None: the task is in another project now, or was before. Raises CannotUndo."""
    raise CannotUndo("A task that went to another project comes back by being moved again.")


def _update(trial: Trial, task_id: int, before: TaskPatch) -> Step:
    there = {label.name for label in trial.project.labels.values()}
    for name in before.get("labels", ()):
        if name not in there:
            raise CannotUndo(f"The label {name} is gone.")
    for other in trial.project.tasks.values():
        if other.rank == before.get("rank") and other.id != task_id:
            raise CannotUndo(f"Task {other.id} stands now where task {task_id} stood.")
    command = UpdateTask(actor=trial.actor, task_id=task_id, changes=before)
    reached = _reached(trial.project, before.get("depends_on", ()))
    return lambda project: decide.update_task(project, command, reached=reached)


def _reached(project: Project, awaited: Iterable[int]) -> set[int]:
    """All tasks that these depend on, however indirectly."""
    found: set[int] = set()
    left = list(awaited)
    while left:
        task = project.tasks.get(left.pop())
        new = set(task.depends_on) - found if task else set()
        found |= new
        left += new
    return found
