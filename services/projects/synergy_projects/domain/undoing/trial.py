"""What taking back is tried on."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import CannotUndo
from synergy_projects.domain.events import Event
from synergy_projects.domain.project import Project, Task

Step = Callable[[Project], list[Event]]
"""A decision that is to be made by hand."""


@dataclass(frozen=True, slots=True)
class Trial:
    """
    A copy of the project, on which each step is tried; the project as it is; who asks; the last version of what is
    taken back.
    """

    project: Project
    untouched: Project
    actor: Actor
    last: int

    def still(self, current: object, given: Mapping[str, Any], name: str) -> None:
        """Raises CannotUndo unless the fields still have the values that they were given."""
        for field, value in given.items():
            if getattr(current, field) != value:
                raise CannotUndo(f"The {field} of {name} was changed since.")

    def as_made(self, task_id: int) -> None:
        """Raises CannotUndo if the task is no more, or is not as the command made it."""
        task = self.task(task_id)
        if self.untouched.tasks[task_id].version > self.last:
            raise CannotUndo(f"Task {task_id} was changed since.")
        if task.comment_count or task.subtasks or task.time_logged_minutes:
            raise CannotUndo(f"Task {task_id} has comments, subtasks or time since.")
        if any(task_id in other.depends_on for other in self.project.tasks.values()):
            raise CannotUndo(f"Other tasks depend on task {task_id} since.")

    def task(self, task_id: int) -> Task:
        """The task. Raises CannotUndo if it lives no more."""
        task = self.project.tasks.get(task_id)
        if task is None or task.trashed_at is not None:
            raise CannotUndo(f"Task {task_id} is not in this project any more.")
        return task


def copied(value: Any) -> Any:
    """The state, or a part of it, to be changed apart from the original."""
    if isinstance(value, dict):
        return {key: copied(one) for key, one in value.items()}
    if not is_dataclass(value):
        return value
    same = copy(value)
    for field in fields(value):
        part = getattr(value, field.name)
        if isinstance(part, dict):
            setattr(same, field.name, copied(part))
    return same
