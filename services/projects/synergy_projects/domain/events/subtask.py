"""The steps of a task."""

from dataclasses import dataclass
from typing import Final

from synergy_projects.domain.fields import SubtaskPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtaskCreated:
    """A task got one step more, after those it had."""

    subtask_id: int
    task_id: int
    title: str
    is_completed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtaskUpdated:
    """A step was renamed, completed or taken up again."""

    subtask_id: int
    task_id: int
    changes: SubtaskPatch
    before: SubtaskPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtaskDeleted:
    """A step was taken away; it was this."""

    subtask_id: int
    task_id: int
    title: str
    is_completed: bool


SubtaskEvent = SubtaskCreated | SubtaskUpdated | SubtaskDeleted

STORED_AS: Final[dict[str, type]] = {
    "subtask.created": SubtaskCreated,
    "subtask.updated": SubtaskUpdated,
    "subtask.deleted": SubtaskDeleted,
}


def entity(event: SubtaskEvent) -> str:
    """`subtask-<id>`."""
    return f"subtask-{event.subtask_id}"
