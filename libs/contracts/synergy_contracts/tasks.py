"""Tasks: the commands projects takes and the views it answers."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from synergy_contracts.envelope import AsOf, Cursor, PageRequest, PositiveId, Revisions
from synergy_contracts.people import Person
from synergy_contracts.projects import Priority, Text, Title
from synergy_contracts.subtasks import SubtaskView

TaskStatus = Literal["todo", "in_progress", "review", "done"]
Impact = Annotated[float, Meta(ge=0, le=100, description="Weight in the project, 0–100 with two decimals.")]
Hours = Annotated[float, Meta(ge=0, le=100_000)]
StoryPoints = Annotated[int, Meta(ge=0, le=1_000)]
LabelName = Annotated[str, Meta(min_length=1, max_length=100)]
Labels = Annotated[list[LabelName], Meta(max_length=50, description="Names; those that the project has not are made.")]
Dependencies = Annotated[list[PositiveId], Meta(max_length=50, description="Tasks of the project to wait for.")]
Assignees = Annotated[list[PositiveId], Meta(max_length=50)]


class CreateTask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a task. `project` may also be called `project_id`; exactly one of the two."""

    title: Title
    project: PositiveId | None = None
    project_id: PositiveId | None = None
    description: Text = ""
    status: TaskStatus = "todo"
    priority: Priority = "medium"
    impact: Impact = 0
    assignees: Assignees = []
    start_date: date | None = None
    due_date: date | None = None
    estimated_hours: Hours | None = None
    actual_hours: Hours | None = None
    story_points: StoryPoints | None = None
    labels: Labels = []
    depends_on: Dependencies = []
    milestone: PositiveId | None = None
    sprint: PositiveId | None = None


class TaskChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The task fields to change (PATCH); what is left out stays. PUT sends all of them."""

    title: Title | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    status: TaskStatus | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    impact: Impact | UnsetType = UNSET
    assignees: Assignees | UnsetType = UNSET
    start_date: date | None | UnsetType = UNSET
    due_date: date | None | UnsetType = UNSET
    estimated_hours: Hours | None | UnsetType = UNSET
    actual_hours: Hours | None | UnsetType = UNSET
    story_points: StoryPoints | None | UnsetType = UNSET
    labels: Labels | UnsetType = UNSET
    depends_on: Dependencies | UnsetType = UNSET
    milestone: PositiveId | None | UnsetType = UNSET
    sprint: PositiveId | None | UnsetType = UNSET


class UpdateTask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change the fields of one task that `changes` names."""

    task_id: PositiveId
    changes: TaskChanges
    if_match: Revisions | None = None


class DeleteTask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Put a task into the trash."""

    task_id: PositiveId
    if_match: Revisions | None = None


class TaskRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One task by its id."""

    task_id: PositiveId


class TaskPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Right `before` or right `after` another task of the project; exactly one of the two."""

    before: PositiveId | None = None
    after: PositiveId | None = None


class RankTask(TaskPlace, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Put a task before or after another one."""

    task_id: PositiveId


class TaskTarget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The project to move a task to."""

    project: PositiveId


class MoveTask(TaskTarget, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a task to another project."""

    task_id: PositiveId


class UpdateTasks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make the same changes to several tasks, of any projects."""

    ids: Annotated[list[PositiveId], Meta(min_length=1, max_length=200)]
    changes: TaskChanges


class UpdateRefused(msgspec.Struct, frozen=True, kw_only=True):
    """Why a task was not changed: as `Refused`, with the field at fault."""

    kind: str
    code: str
    detail: str
    pointer: str | None


class Updated(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one task: no `problem`, and it has the changes."""

    id: int
    problem: UpdateRefused | None


class ReadTaskHistory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task's events in its project after version `after` of the project, in order."""

    task_id: PositiveId
    after: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    page_size: Annotated[int, Meta(ge=1, le=200)] = 50


TaskOrdering = Literal[
    "id", "-id", "number", "-number", "title", "-title", "status", "-status", "priority", "-priority",
    "impact", "-impact", "due_date", "-due_date", "rank", "-rank",
    "created_at", "-created_at", "updated_at", "-updated_at",
]  # fmt: skip


Several = Meta(min_length=1, max_length=20)


class ListTasks(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Tasks of the projects the caller belongs to, or of one of them; of one also `as_of` a moment of its history.

    Filters that take several values find tasks with any of them; `label` finds those with all.

    With `cursor=start` the list is read by cursor: `next` leads on, however deep, past what comes and goes meanwhile.
    """

    project: PositiveId | None = None
    status: Annotated[list[TaskStatus], Several] | None = None
    priority: Annotated[list[Priority], Several] | None = None
    assignee: Annotated[list[PositiveId], Several] | None = None
    label: Annotated[list[LabelName], Several] | None = None
    milestone: Annotated[list[PositiveId], Several] | None = None
    sprint: Annotated[list[PositiveId], Several] | None = None
    due_before: date | None = None
    due_after: date | None = None
    search: Annotated[str, Meta(max_length=200)] | None = None
    ordering: TaskOrdering = "id"
    cursor: Cursor | None = None
    as_of: AsOf | None = None


class ListMyTasks(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tasks that are assigned to the caller, in all projects; the filters are those of ListTasks."""

    project: PositiveId | None = None
    status: Annotated[list[TaskStatus], Several] | None = None
    priority: Annotated[list[Priority], Several] | None = None
    label: Annotated[list[LabelName], Several] | None = None
    milestone: Annotated[list[PositiveId], Several] | None = None
    sprint: Annotated[list[PositiveId], Several] | None = None
    due_before: date | None = None
    due_after: date | None = None
    search: Annotated[str, Meta(max_length=200)] | None = None
    ordering: TaskOrdering = "due_date"


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """
    A task. `number` is gap-free within its project; `version` that of the last event that changed one of its fields,
    `revision` that of the last one that changed a field that can be written: what If-Match compares.
    `subtask_progress` is the share of subtasks that is completed, 0–100. `blocked_by` are those of `depends_on` that
    are neither done nor in the trash; it `can_start` when there is none. `rank` sorts, byte by byte, in the order that
    people gave the tasks of a project.
    """

    id: int
    number: int
    project: int
    title: str
    description: str
    status: TaskStatus
    priority: Priority
    impact: float
    assignees: list[Person]
    start_date: date | None
    due_date: date | None
    estimated_hours: float | None
    actual_hours: float | None
    story_points: int | None
    labels: list[str]
    depends_on: list[int]
    blocked_by: list[int]
    can_start: bool
    milestone: int | None
    sprint: int | None
    rank: str
    subtasks: list[SubtaskView]
    subtask_progress: int
    comment_count: int
    time_logged_minutes: int
    completed_at: datetime | None
    version: int
    revision: int
    created_at: datetime
    updated_at: datetime
