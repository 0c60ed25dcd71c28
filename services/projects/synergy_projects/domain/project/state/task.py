"""The state of a task."""

from dataclasses import dataclass, field
from datetime import date, datetime

from synergy_projects.domain.fields import Priority, TaskStatus
from synergy_projects.domain.project.state.work import Subtask


@dataclass(slots=True, kw_only=True)
class Task:
    """
    A task. `impact` and hours are in hundredths; `rank` orders the tasks of a project; `version` is that of the last
    event that changed one of its fields, `revision` that of the last one that changed a field that people write.
    Comments, subtasks and time are counted here and change neither those nor `updated_at`.
    `due_soon_told` and `overdue_told` are the due dates that were told of.
    """

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
    labels: tuple[str, ...]
    depends_on: tuple[int, ...]
    milestone: int | None
    sprint: int | None
    rank: str
    completed_at: datetime | None
    trashed_at: datetime | None
    due_soon_told: date | None
    overdue_told: date | None
    version: int
    revision: int
    created_at: datetime
    updated_at: datetime
    comment_count: int = 0
    time_logged_minutes: int = 0
    subtasks: dict[int, Subtask] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether it counts as done."""
        return self.status == "done"
