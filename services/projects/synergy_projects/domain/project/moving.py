"""How a task's move changes the project it leaves, and the one it comes to."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from synergy_projects.domain.events import MoveEvent
from synergy_projects.domain.project.state import Comment, Project, Subtask, Task, TimeLog, Timer
from synergy_projects.domain.ranking import placed


def evolve(project: Project, event: MoveEvent, version: int, at: datetime) -> None:
    """The project without the task and what hangs on it, or with them."""
    if event.to_project == project.id:
        _came(project, event, version, at)
    else:
        _left(project, event.task_id)


def arrived(event: MoveEvent, *, rank: str, version: int, at: datetime) -> Task:
    """The task as it arrives."""
    task_id, carried = event.task_id, _values(event.task)
    steps = {one.id: Subtask(task_id=task_id, **_values(one)) for one in event.task.subtasks}
    return Task(
        **carried | {"subtasks": steps},
        id=task_id,
        depends_on=(),
        milestone=None,
        sprint=None,
        rank=rank,
        trashed_at=None,
        due_soon_told=None,
        overdue_told=None,
        revision=version,
        version=version,
        updated_at=at,
    )


def _came(project: Project, event: MoveEvent, version: int, at: datetime) -> None:
    task = arrived(event, rank=placed(project.next_rank), version=version, at=at)
    project.tasks[task.id] = task
    project.comments |= {one.id: Comment(task_id=task.id, **_values(one)) for one in event.comments}
    project.time_logs |= {one.id: TimeLog(task_id=task.id, **_values(one)) for one in event.time_logs}
    project.timers |= {one.user_id: Timer(task_id=task.id, **_values(one)) for one in event.timers}
    project.next_number = task.number + 1
    project.next_rank += 1
    project.counters = project.counters.plus(task.impact, done=task.done)


def taken_away(project: Project, task_id: int) -> Task:
    """The task, which is gone from the project with what hangs on it; the counters stay."""
    for hanging in (project.comments, project.time_logs, project.timers):
        _without(hanging, task_id)
    return project.tasks.pop(task_id)


def _left(project: Project, task_id: int) -> None:
    task = taken_away(project, task_id)
    project.counters = project.counters.minus(task.impact, done=task.done)


def _without(hanging: Any, task_id: int) -> None:
    for key in [key for key, one in hanging.items() if one.task_id == task_id]:
        del hanging[key]


def _values(carried: Any) -> dict[str, Any]:
    return {field.name: getattr(carried, field.name) for field in fields(carried)}
