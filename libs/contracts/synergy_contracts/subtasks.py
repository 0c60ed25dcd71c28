"""The steps of a task."""

import msgspec
from msgspec import UNSET, UnsetType

from synergy_contracts.envelope import PageRequest, PositiveId
from synergy_contracts.projects import Title


class NewSubtask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step to add after the others."""

    title: Title
    is_completed: bool = False


class CreateSubtask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a step to a task, which has at most 100."""

    task_id: PositiveId
    title: Title
    is_completed: bool = False


class SubtaskChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a subtask to change; what is left out stays."""

    title: Title | UnsetType = UNSET
    is_completed: bool | UnsetType = UNSET


class UpdateSubtask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change the fields of one subtask that `changes` names."""

    task_id: PositiveId
    subtask_id: PositiveId
    changes: SubtaskChanges


class SubtaskRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One subtask of a task."""

    task_id: PositiveId
    subtask_id: PositiveId


class ListSubtasks(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The subtasks of a task, in the order in which they were added."""

    task_id: PositiveId


class SubtaskView(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a task."""

    id: int
    task: int
    title: str
    is_completed: bool
