"""How events change tasks."""

from datetime import datetime
from typing import Final, assert_never

from synergy_projects.domain.events import (
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskDueSoon,
    TaskEvent,
    TaskOverdue,
    TaskPurged,
    TaskReopened,
    TaskRestored,
    TaskUpdated,
)
from synergy_projects.domain.project.moving import taken_away
from synergy_projects.domain.project.state import Project, Task
from synergy_projects.domain.ranking import place, placed

UNWRITTEN: Final = frozenset({"rank"})
"""Fields that nobody writes: they follow from where a task is put."""


def evolve(project: Project, event: TaskEvent, version: int, at: datetime) -> None:
    """The project with the task after the event."""
    match event:
        case TaskCreated():
            _created(project, event, version, at)
        case TaskUpdated() | TaskCompleted() | TaskReopened() | TaskDeleted() | TaskRestored():
            _changed(project, project.tasks[event.task_id], event, version, at)
        case TaskDueSoon():
            project.tasks[event.task_id].due_soon_told = event.due_date
        case TaskOverdue():
            project.tasks[event.task_id].overdue_told = event.due_date
        case TaskPurged():
            taken_away(project, event.task_id)
        case _:
            assert_never(event)


def _created(project: Project, event: TaskCreated, version: int, at: datetime) -> None:
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
        labels=event.labels,
        depends_on=event.depends_on,
        milestone=event.milestone,
        sprint=event.sprint,
        rank=placed(project.next_rank),
        completed_at=None,
        trashed_at=None,
        due_soon_told=None,
        overdue_told=None,
        version=version,
        revision=version,
        created_at=at,
        updated_at=at,
    )
    project.next_number = max(project.next_number, event.number + 1)
    project.next_rank += 1
    project.counters = project.counters.plus(event.impact, done=False)


def _changed(
    project: Project,
    task: Task,
    event: TaskUpdated | TaskCompleted | TaskReopened | TaskDeleted | TaskRestored,
    version: int,
    at: datetime,
) -> None:
    counters = project.counters
    without = counters if task.trashed_at else counters.minus(task.impact, done=task.done)
    match event:
        case TaskUpdated():
            for name, value in event.changes.items():
                setattr(task, name, value)
            if event.changes.keys() - UNWRITTEN:
                task.revision = version
            if "rank" in event.changes:
                project.next_rank = max(project.next_rank, place(task.rank) + 1)
        case TaskCompleted():
            task.status, task.completed_at, task.revision = "done", at, version
        case TaskReopened():
            task.status, task.completed_at, task.revision = event.status, None, version
        case TaskDeleted():
            task.trashed_at = at
        case TaskRestored():
            task.trashed_at = None
    task.version, task.updated_at = version, at
    project.counters = without if task.trashed_at else without.plus(task.impact, done=task.done)
