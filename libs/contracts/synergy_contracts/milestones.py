"""Milestones: the commands projects takes and the views it answers."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from synergy_contracts.envelope import AsOf, PageRequest, PositiveId
from synergy_contracts.projects import Text, Title

MilestoneStatus = Literal["open", "completed"]


class CreateMilestone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set a milestone; it is open."""

    project: PositiveId
    name: Title
    description: Text = ""
    due_date: date | None = None


class MilestoneChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The milestone fields to change; what is left out stays."""

    name: Title | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    due_date: date | None | UnsetType = UNSET
    status: MilestoneStatus | UnsetType = UNSET


class UpdateMilestone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change the fields of one milestone that `changes` names."""

    milestone_id: PositiveId
    changes: MilestoneChanges


class MilestoneRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One milestone by its id."""

    milestone_id: PositiveId


class ListMilestones(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Milestones of the projects the caller belongs to, or of one of them; `search` looks in their names.

    Of one also `as_of` a moment of its history.
    """

    project: PositiveId | None = None
    as_of: AsOf | None = None
    status: Annotated[list[MilestoneStatus], Meta(min_length=1, max_length=2)] | None = None
    search: Annotated[str, Meta(max_length=200)] | None = None
    ordering: Literal[
        "id", "-id", "name", "-name", "due_date", "-due_date", "status", "-status",
        "created_at", "-created_at", "updated_at", "-updated_at",
    ] = "due_date"  # fmt: skip


class MilestoneView(msgspec.Struct, frozen=True, kw_only=True):
    """A milestone, and the progress of its tasks."""

    id: int
    project: int
    name: str
    description: str
    due_date: date | None
    status: MilestoneStatus
    progress: int
    task_count: int
    completed_task_count: int
    completed_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
