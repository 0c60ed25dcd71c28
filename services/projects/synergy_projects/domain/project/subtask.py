"""How events change the steps of a task. They leave the task's own version alone: it is that of its fields."""

from datetime import datetime
from typing import assert_never

from synergy_projects.domain.events import SubtaskCreated, SubtaskDeleted, SubtaskEvent, SubtaskUpdated
from synergy_projects.domain.project.state import Project, Subtask


def evolve(project: Project, event: SubtaskEvent, _version: int, _at: datetime) -> None:
    """The project with the task's steps after the event."""
    subtasks = project.tasks[event.task_id].subtasks
    match event:
        case SubtaskCreated():
            subtasks[event.subtask_id] = Subtask(
                id=event.subtask_id, task_id=event.task_id, title=event.title, is_completed=event.is_completed
            )
        case SubtaskUpdated():
            for name, value in event.changes.items():
                setattr(subtasks[event.subtask_id], name, value)
        case SubtaskDeleted():
            del subtasks[event.subtask_id]
        case _:
            assert_never(event)
