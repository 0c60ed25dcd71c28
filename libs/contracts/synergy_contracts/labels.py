"""Labels: the commands projects takes and the views it answers."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from synergy_contracts.envelope import PageRequest, PositiveId
from synergy_contracts.tasks import LabelName

Color = Annotated[str, Meta(pattern="^#[0-9A-Fa-f]{6}$", max_length=7, description="#rrggbb")]


class CreateLabel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make a label. Without a `color` it gets one."""

    project: PositiveId
    name: LabelName
    color: Color | None = None


class LabelChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The label fields to change; what is left out stays. Another name is that of the label in all tasks."""

    name: LabelName | UnsetType = UNSET
    color: Color | UnsetType = UNSET


class UpdateLabel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change the fields of one label that `changes` names."""

    label_id: PositiveId
    changes: LabelChanges


class LabelRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One label by its id."""

    label_id: PositiveId


class ListLabels(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Labels of the projects the caller belongs to, or of one of them; `search` looks in their names."""

    project: PositiveId | None = None
    search: Annotated[str, Meta(max_length=200)] | None = None
    ordering: Literal["id", "-id", "name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] = "name"


class LabelView(msgspec.Struct, frozen=True, kw_only=True):
    """A label, and the progress of the tasks that have it."""

    id: int
    project: int
    name: str
    color: str
    progress: int
    task_count: int
    completed_task_count: int
    version: int
    created_at: datetime
    updated_at: datetime
