"""Sprints: the commands projects takes and the views it answers."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from synergy_contracts.envelope import AsOf, PageRequest, PositiveId
from synergy_contracts.projects import Text, Title

SprintStatus = Literal["planned", "active", "completed"]


class CreateSprint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Plan a sprint."""

    project: PositiveId
    name: Title
    goal: Text = ""
    start_date: date | None = None
    end_date: date | None = None


class SprintChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sprint fields to change; what is left out stays."""

    name: Title | UnsetType = UNSET
    goal: Text | UnsetType = UNSET
    start_date: date | None | UnsetType = UNSET
    end_date: date | None | UnsetType = UNSET


class UpdateSprint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change the fields of one sprint that `changes` names."""

    sprint_id: PositiveId
    changes: SprintChanges


class SprintRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sprint by its id."""

    sprint_id: PositiveId


class SprintEnd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where tasks that are not done go: to the sprint `unfinished_to`, or nowhere."""

    unfinished_to: PositiveId | None = None


class CompleteSprint(SprintEnd, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End the active sprint."""

    sprint_id: PositiveId


class ListSprints(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Sprints of the projects the caller belongs to, or of one of them; `search` looks in their names.

    Of one also `as_of` a moment of its history.
    """

    project: PositiveId | None = None
    as_of: AsOf | None = None
    status: Annotated[list[SprintStatus], Meta(min_length=1, max_length=3)] | None = None
    search: Annotated[str, Meta(max_length=200)] | None = None
    ordering: Literal[
        "id", "-id", "name", "-name", "start_date", "-start_date", "end_date", "-end_date", "status", "-status",
        "created_at", "-created_at", "updated_at", "-updated_at",
    ] = "start_date"  # fmt: skip


class SprintView(msgspec.Struct, frozen=True, kw_only=True):
    """A sprint, and the progress of its tasks."""

    id: int
    project: int
    name: str
    goal: str
    start_date: date | None
    end_date: date | None
    status: SprintStatus
    progress: int
    task_count: int
    completed_task_count: int
    started_at: datetime | None
    completed_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
