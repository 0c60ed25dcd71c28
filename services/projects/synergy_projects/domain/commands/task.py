"""What people ask of a task."""

from dataclasses import dataclass
from datetime import date

from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.fields import Priority, TaskPatch, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTask:
    """Add a task. `impact` (0–10,000) and the hours are in hundredths."""

    actor: Actor
    project_id: int
    title: str
    description: str = ""
    status: TaskStatus = "todo"
    priority: Priority = "medium"
    impact: int = 0
    assignees: tuple[int, ...] = ()
    start_date: date | None = None
    due_date: date | None = None
    estimated_hours: int | None = None
    actual_hours: int | None = None
    story_points: int | None = None
    labels: tuple[str, ...] = ()
    depends_on: tuple[int, ...] = ()
    milestone: int | None = None
    sprint: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTask:
    """Change these fields of a task; what is left out stays."""

    actor: Actor
    task_id: int
    changes: TaskPatch
    if_match: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTask:
    """Put a task into the trash; it no longer counts in the progress."""

    actor: Actor
    task_id: int
    if_match: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreTask:
    """Take a task out of the trash; it counts again."""

    actor: Actor
    task_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTask:
    """Put a task right `before` or right `after` another one of its project; exactly one of the two."""

    actor: Actor
    task_id: int
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTasks:
    """Make the same changes to several tasks, of any projects; each is judged by itself."""

    actor: Actor
    task_ids: tuple[int, ...]
    changes: TaskPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTask:
    """Take a task to another project."""

    actor: Actor
    task_id: int
    project_id: int
