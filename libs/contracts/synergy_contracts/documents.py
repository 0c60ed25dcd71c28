"""A project as a document: what an export writes and an import reads. People are named by their user names."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from synergy_contracts.labels import Color
from synergy_contracts.projects import Budget, Priority, ProjectStatus, Role, Text, Title
from synergy_contracts.tasks import Hours, Impact, LabelName, StoryPoints, TaskStatus
from synergy_contracts.time_logs import Minutes, Note

FORMAT = "synergyos-project"

Username = Annotated[str, Meta(min_length=1, max_length=150)]
Place = Annotated[int, Meta(ge=1, le=1_000_000)]
Number = Annotated[int, Meta(ge=1, le=1_000_000_000)]


class MemberDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody in the project."""

    username: Username
    role: Role = "member"


class LabelDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A label; without a `color` it gets one."""

    name: LabelName
    color: Color | None = None


class MilestoneDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A milestone."""

    name: Title
    description: Text = ""
    due_date: date | None = None
    status: Literal["open", "completed"] = "open"


class SprintDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sprint."""

    name: Title
    goal: Text = ""
    start_date: date | None = None
    end_date: date | None = None
    status: Literal["planned", "active", "completed"] = "planned"


class SubtaskDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a task."""

    title: Title
    is_completed: bool = False


class CommentDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A comment. `mentions` names whom the text mentions as `<@username>`; without it, `@username` mentions members, as in
    a comment that is written. `created_at` is told, and not imported.
    """

    content: Annotated[str, Meta(min_length=1, max_length=100_000)]
    author: Username | None = None
    mentions: Annotated[list[Username], Meta(max_length=1_000)] | None = None
    created_at: datetime | None = None


class TimeLogDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Time that somebody spent."""

    minutes: Minutes
    spent_on: date
    note: Note = ""
    user: Username | None = None


class TaskDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """
    A task. `depends_on` are numbers of tasks; `milestone` and `sprint` are places in the document's lists, counted from
    1; `rank` is the task's place on the board. Times are told, and not imported.
    """

    title: Title
    number: Number | None = None
    rank: Place | None = None
    description: Text = ""
    status: TaskStatus = "todo"
    priority: Priority = "medium"
    impact: Impact = 0
    assignees: Annotated[list[Username], Meta(max_length=50)] = []
    created_by: Username | None = None
    start_date: date | None = None
    due_date: date | None = None
    estimated_hours: Hours | None = None
    actual_hours: Hours | None = None
    story_points: StoryPoints | None = None
    labels: Annotated[list[LabelName], Meta(max_length=50)] = []
    depends_on: Annotated[list[Number], Meta(max_length=50)] = []
    milestone: Place | None = None
    sprint: Place | None = None
    subtasks: Annotated[list[SubtaskDocument], Meta(max_length=100)] = []
    comments: Annotated[list[CommentDocument], Meta(max_length=10_000)] = []
    time_logs: Annotated[list[TimeLogDocument], Meta(max_length=10_000)] = []
    created_at: datetime | None = None
    completed_at: datetime | None = None


class ProjectFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The project itself. `created_at` is told, and not imported."""

    name: Title
    description: Text = ""
    status: ProjectStatus = "planning"
    priority: Priority = "medium"
    start_date: date | None = None
    end_date: date | None = None
    budget: Budget | None = None
    archived: bool = False
    created_at: datetime | None = None


class ProjectDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project with all that is in it but its trash, its invitations and its timers."""

    format: Literal["synergyos-project"]
    version: Literal[1]
    project: ProjectFields
    members: list[MemberDocument] = []
    labels: list[LabelDocument] = []
    milestones: list[MilestoneDocument] = []
    sprints: list[SprintDocument] = []
    tasks: list[TaskDocument] = []
