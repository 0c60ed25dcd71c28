"""
A project as its events made it, and how one more event changes it.

The state changes in place, so that a fold over n events costs n. It may be partial: only the tasks and members that a
command touches are in it, while counters, number and version are those of the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import assert_never

from synergy_projects.domain.events import (
    Event,
    MemberAdded,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    ProgressChanged,
    ProjectCompleted,
    ProjectCreated,
    ProjectDeleted,
    ProjectUpdated,
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskReopened,
    TaskUpdated,
)
from synergy_projects.domain.fields import Priority, ProjectStatus, Role, TaskStatus
from synergy_projects.domain.progress import Counters


@dataclass(slots=True, kw_only=True)
class Task:
    """A task. `impact` and hours are in hundredths; `version` is that of the last event that changed it."""

    id: int
    number: int
    created_by: int
    title: str
    description: str
    status: TaskStatus
    priority: Priority
    impact: int
    assignees: tuple[int, ...]
    start_date: date | None
    due_date: date | None
    estimated_hours: int | None
    actual_hours: int | None
    story_points: int | None
    completed_at: datetime | None
    trashed_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def done(self) -> bool:
        """Whether it counts as done."""
        return self.status == "done"


@dataclass(slots=True, kw_only=True)
class Project:
    """A project with its members and tasks. `version` is that of the last event of its stream."""

    id: int
    owner_id: int
    name: str
    description: str
    status: ProjectStatus
    priority: Priority
    start_date: date | None
    end_date: date | None
    budget: Decimal | None
    trashed_at: datetime | None
    next_number: int
    version: int
    created_at: datetime
    updated_at: datetime
    counters: Counters
    members: dict[int, Role] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)


class NoProjectYet(Exception):
    """A stream's first event is not the creation of a project, so its history is damaged."""


def evolve(project: Project | None, event: Event, *, version: int, at: datetime) -> Project:
    """The project, changed in place, after `event`, which its stream holds under `version` and recorded `at`."""
    if isinstance(event, ProjectCreated):
        return _created(event, version, at)
    if project is None:
        raise NoProjectYet(f"{type(event).__name__} comes before the project was created.")
    project.version = version
    project.updated_at = at
    match event:
        case TaskCreated():
            _task_created(project, event, version, at)
        case TaskUpdated() | TaskCompleted() | TaskReopened() | TaskDeleted():
            _task_changed(project, project.tasks[event.task_id], event, version, at)
        case ProgressChanged() | MemberInvited():
            pass  # the counters that make the number are in the state already; who is invited is no member yet
        case ProjectUpdated():
            for name, value in event.changes.items():
                setattr(project, name, value)
        case ProjectCompleted():
            project.status = "completed"
        case ProjectDeleted():
            project.trashed_at = at
        case MemberAdded() | MemberRoleChanged():
            project.members[event.user_id] = event.role
        case MemberRemoved():
            del project.members[event.user_id]
        case _:
            assert_never(event)
    return project


def fold(history: Iterable[tuple[Event, int, datetime]], *, start: Project | None = None) -> Project | None:
    """The project after these (event, version, recorded at), in order, going on from `start`."""
    project = start
    for event, version, at in history:
        project = evolve(project, event, version=version, at=at)
    return project


def _created(event: ProjectCreated, version: int, at: datetime) -> Project:
    return Project(
        id=event.project_id,
        owner_id=event.owner_id,
        name=event.name,
        description=event.description,
        status=event.status,
        priority=event.priority,
        start_date=event.start_date,
        end_date=event.end_date,
        budget=event.budget,
        trashed_at=None,
        next_number=1,
        version=version,
        created_at=at,
        updated_at=at,
        counters=Counters(),
        members={event.owner_id: "owner"},
    )


def _task_created(project: Project, event: TaskCreated, version: int, at: datetime) -> None:
    project.tasks[event.task_id] = Task(
        id=event.task_id,
        number=event.number,
        created_by=event.created_by,
        title=event.title,
        description=event.description,
        status=event.status,
        priority=event.priority,
        impact=event.impact,
        assignees=event.assignees,
        start_date=event.start_date,
        due_date=event.due_date,
        estimated_hours=event.estimated_hours,
        actual_hours=event.actual_hours,
        story_points=event.story_points,
        completed_at=None,
        trashed_at=None,
        version=version,
        created_at=at,
        updated_at=at,
    )
    project.next_number = event.number + 1
    project.counters = project.counters.plus(event.impact, done=False)


def _task_changed(
    project: Project,
    task: Task,
    event: TaskUpdated | TaskCompleted | TaskReopened | TaskDeleted,
    version: int,
    at: datetime,
) -> None:
    without = project.counters.minus(task.impact, done=task.done)
    match event:
        case TaskUpdated():
            for name, value in event.changes.items():
                setattr(task, name, value)
        case TaskCompleted():
            task.status, task.completed_at = "done", at
        case TaskReopened():
            task.status, task.completed_at = event.status, None
        case TaskDeleted():
            task.trashed_at = at
    task.version, task.updated_at = version, at
    project.counters = without if task.trashed_at else without.plus(task.impact, done=task.done)
