"""Projects and their members: the commands projects takes and the views it answers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from synergy_contracts.envelope import AsOf, PageRequest, PositiveId, Revisions
from synergy_contracts.people import Person

ProjectStatus = Literal["planning", "active", "on_hold", "completed", "cancelled"]
Priority = Literal["low", "medium", "high", "urgent"]
Role = Literal["owner", "manager", "contributor", "member", "viewer"]
GrantedRole = Literal["manager", "contributor", "member", "viewer"]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=50_000)]
Budget = Annotated[Decimal, Meta(description="A decimal with at most two places, as a string.")]


class CreateProject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Start a project; the caller owns it."""

    name: Title
    description: Text = ""
    status: ProjectStatus = "planning"
    priority: Priority = "medium"
    start_date: date | None = None
    end_date: date | None = None
    budget: Budget | None = None


class ProjectChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The project fields to change (PATCH); what is left out stays. PUT sends all of them."""

    name: Title | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    status: ProjectStatus | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    start_date: date | None | UnsetType = UNSET
    end_date: date | None | UnsetType = UNSET
    budget: Budget | None | UnsetType = UNSET


class UpdateProject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change the fields of one project that `changes` names."""

    project_id: PositiveId
    changes: ProjectChanges
    if_match: Revisions | None = None


class ProjectRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One project by its id."""

    project_id: PositiveId


class DeleteProject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Put a project into the trash, or with `purge` drop it for good, its history aside."""

    project_id: PositiveId
    purge: bool = False
    if_match: Revisions | None = None


class NewOwner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The member who is to own the project; who owns it now becomes a manager."""

    user_id: PositiveId


class TransferProject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make a member the owner of a project."""

    project_id: PositiveId
    user_id: PositiveId


class UndoVersion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The version of the project that is to be taken back, with all that the same command changed."""

    version: Annotated[int, Meta(ge=1, le=2**53 - 1)]


class Undo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take back the command that made a version of a project."""

    project_id: PositiveId
    version: Annotated[int, Meta(ge=1, le=2**53 - 1)]


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """The versions that were taken back, and the `version` of the project by now."""

    project: int
    version: int
    undone: list[int]


class ReadProject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One project, as it is or as it was: today's members may look, also at one in the trash that lived then."""

    project_id: PositiveId
    as_of: AsOf | None = None


ProjectOrdering = Literal[
    "id", "-id", "name", "-name", "status", "-status", "priority", "-priority",
    "created_at", "-created_at", "updated_at", "-updated_at", "end_date", "-end_date", "progress", "-progress",
]  # fmt: skip


class ListProjects(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Projects the caller belongs to: those that are not archived, or those that are. `all` shows a superuser
    everyone's; `search` looks in name and description.
    """

    status: ProjectStatus | None = None
    priority: Priority | None = None
    role: Role | None = None
    archived: bool = False
    search: Annotated[str, Meta(max_length=200)] | None = None
    ordering: ProjectOrdering = "-created_at"
    all: bool = False


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """One person in a project."""

    user: Person
    role: Role


class ProjectView(msgspec.Struct, frozen=True, kw_only=True):
    """
    A project as its members see it. `role` is the caller's; `version` that of the project's stream, `revision` that of
    the last event that changed a field of its own that can be written: what If-Match compares.
    """

    id: int
    name: str
    description: str
    status: ProjectStatus
    priority: Priority
    start_date: date | None
    end_date: date | None
    budget: Decimal | None
    owner: Person
    team_members: list[Membership]
    role: Role
    progress: int
    task_count: int
    completed_task_count: int
    version: int
    revision: int
    archived: bool
    created_at: datetime
    updated_at: datetime


class NewMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to add (one of `user_id` and `username`), and as what."""

    user_id: PositiveId | None = None
    username: Annotated[str, Meta(min_length=1, max_length=150)] | None = None
    role: GrantedRole = "member"


class AddMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let someone into a project."""

    project_id: PositiveId
    member: NewMember


class RoleChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The member's new role."""

    role: GrantedRole


class ChangeMemberRole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a member of a project another role."""

    project_id: PositiveId
    user_id: PositiveId
    role: GrantedRole


class RemoveMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take someone out of a project; one may leave it oneself."""

    project_id: PositiveId
    user_id: PositiveId


class ListMembers(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The people in a project, as it is or as it was."""

    project_id: PositiveId
    as_of: AsOf | None = None


class ProgressView(msgspec.Struct, frozen=True, kw_only=True):
    """Progress and what it is made of. Impacts are exact numbers with two decimals; `version` is the stream's."""

    project: int
    progress: int
    impact_done: float
    impact_total: float
    completed_task_count: int
    task_count: int
    version: int


class ReadProgress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project's progress, as it is or as it was. `explain` tells the events that made the number."""

    project_id: PositiveId
    as_of: AsOf | None = None
    explain: bool = False


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What progress is made of, at one moment."""

    progress: int
    impact_done: float
    impact_total: float
    completed_task_count: int
    task_count: int


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """An event that changed what progress is made of: how that stood before and after."""

    version: int
    position: int
    type: str
    actor: Person | None
    time: datetime
    task: int
    before: Counts
    after: Counts


class ExplainedProgress(ProgressView, frozen=True, kw_only=True, omit_defaults=True):
    """Progress and, if asked for, the newest 1,000 events that made it. Those before them: as of an earlier version."""

    events: list[Contribution] | UnsetType = UNSET


class ReadHistory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project's events after version `after`, in order."""

    project_id: PositiveId
    after: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    page_size: Annotated[int, Meta(ge=1, le=200)] = 50


class PastEvent(msgspec.Struct, frozen=True, kw_only=True):
    """
    One event of a project as it is stored: `data` with ids of people, and impact and hours in hundredths. `hash` is the
    SHA-256 chain of the project up to it, in hex.
    """

    version: int
    position: int
    event_id: UUID
    type: str
    entity: str
    actor: Person | None
    time: datetime
    data: dict[str, Any]
    hash: str


class Render(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bodies of these stored events as webhooks send them: the object right after each version."""

    positions: Annotated[list[int], Meta(max_length=500)]


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a webhook tells of one stored event: `data` is the full object right after that version,
    `changes` maps a changed field to `{"from": …, "to": …}`, `actor` is who did it, with today's name, where
    that is told.
    """

    position: int
    data: dict[str, object]
    changes: dict[str, object]
    actor: Person | None = None
