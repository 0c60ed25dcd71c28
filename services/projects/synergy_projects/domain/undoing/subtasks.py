"""How events of subtasks are taken back."""

from collections.abc import Iterator
from typing import assert_never

from synergy_projects.domain import decide
from synergy_projects.domain.commands import DeleteSubtask, UpdateSubtask
from synergy_projects.domain.errors import CannotUndo
from synergy_projects.domain.events import SubtaskCreated, SubtaskDeleted, SubtaskEvent, SubtaskUpdated
from synergy_projects.domain.undoing.trial import Step, Trial


def back(trial: Trial, event: SubtaskEvent) -> Iterator[Step]:
    """The steps. Raises CannotUndo."""
    subtask = trial.task(event.task_id).subtasks.get(event.subtask_id)
    match event:
        case SubtaskDeleted():
            raise CannotUndo(f"The subtask {event.title} is gone; add it again by hand.")
        case _ if subtask is None:
            raise CannotUndo("The subtask is gone.")
        case SubtaskCreated():
            trial.still(subtask, {"title": event.title, "is_completed": event.is_completed}, f"subtask {event.title}")
            gone = DeleteSubtask(actor=trial.actor, task_id=event.task_id, subtask_id=event.subtask_id)
            yield lambda project: decide.delete_subtask(project, gone)
        case SubtaskUpdated():
            trial.still(subtask, event.changes, f"subtask {subtask.title}")
            command = UpdateSubtask(
                actor=trial.actor, task_id=event.task_id, subtask_id=event.subtask_id, changes=event.before
            )
            yield lambda project: decide.update_subtask(project, command)
        case _:
            assert_never(event)
