"""Bodies of PUT: whole resources, whose missing fields go back to their defaults."""

from datetime import date
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from synergy_contracts.envelope import PositiveId
from synergy_contracts.projects import Budget, Priority, ProjectStatus, Text, Title
from synergy_contracts.tasks import Dependencies, Hours, Impact, Labels, StoryPoints, TaskStatus
from synergy_contracts.webhooks import Format, Patterns, ProjectIds, Url

C = TypeVar("C", bound=msgspec.Struct)


class ProjectReplacement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All writable fields of a project."""

    name: Title
    description: Text = ""
    status: ProjectStatus = "planning"
    priority: Priority = "medium"
    start_date: date | None = None
    end_date: date | None = None
    budget: Budget | None = None


class PersonRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person as an answer shows one; only the id counts."""

    id: PositiveId
    username: str = ""
    full_name: str = ""


class TaskReplacement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All writable fields of a task. `assignees` are ids, or people as an answer shows them."""

    title: Title
    description: Text = ""
    status: TaskStatus = "todo"
    priority: Priority = "medium"
    impact: Impact = 0
    assignees: Annotated[list[PositiveId | PersonRef], Meta(max_length=50)] = []
    start_date: date | None = None
    due_date: date | None = None
    estimated_hours: Hours | None = None
    actual_hours: Hours | None = None
    story_points: StoryPoints | None = None
    labels: Labels = []
    depends_on: Dependencies = []
    milestone: PositiveId | None = None
    sprint: PositiveId | None = None


class WebhookReplacement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All writable fields of a webhook; its secret stays."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    url: Url
    events: Patterns
    is_active: bool = True
    projects: ProjectIds = []
    format: Format = "standard"
    ordered: bool = True


def all_of(replacement: msgspec.Struct, changes: type[C]) -> C:
    """The replacement as changes that name every field."""
    return changes(**{name: getattr(replacement, name) for name in replacement.__struct_fields__})
