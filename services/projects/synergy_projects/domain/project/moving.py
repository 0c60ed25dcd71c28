"""How a task's move changes the project it leaves, and the one it comes to."""

from dataclasses import asdict
from datetime import datetime

from synergy_projects.domain.events import MoveEvent
from synergy_projects.domain.project.state import Project, Task
from synergy_projects.domain.ranking import placed


def evolve(project: Project, event: MoveEvent, version: int, at: datetime) -> None:
    """The project without the task, or with it."""
    if event.to_project != project.id:
        task = project.tasks.pop(event.task_id)
        project.counters = project.counters.minus(task.impact, done=task.done)
        return
    task = arrived(event, rank=placed(project.next_rank), version=version, at=at)
    project.tasks[task.id] = task
    project.next_number = task.number + 1
    project.next_rank += 1
    project.counters = project.counters.plus(task.impact, done=task.done)


def arrived(event: MoveEvent, *, rank: str, version: int, at: datetime) -> Task:
    """The task as it arrives."""
    return Task(
        **asdict(event.task),
        id=event.task_id,
        depends_on=(),
        milestone=None,
        sprint=None,
        rank=rank,
        trashed_at=None,
        version=version,
        updated_at=at,
    )
