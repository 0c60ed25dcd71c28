"""What people ask of the steps of a task."""

from dataclasses import dataclass

from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.fields import SubtaskPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSubtask:
    """Add a step after the others."""

    actor: Actor
    task_id: int
    title: str
    is_completed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSubtask:
    """Change these fields of a step; what is left out stays."""

    actor: Actor
    task_id: int
    subtask_id: int
    changes: SubtaskPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSubtask:
    """Take a step away."""

    actor: Actor
    task_id: int
    subtask_id: int
