"""The state of a task."""

from dataclasses import dataclass
from datetime import date, datetime

from synergy_projects.domain.fields import Priority, TaskStatus


@dataclass(slots=True, kw_only=True)
class Task:
    """
    A task. `impact` and hours are in hundredths; `rank` orders the tasks of a project; `version` is that of the last
    event that changed it, `revision` that of the last one that changed a field of its own that people write.
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
    version: int
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def done(self) -> bool:
        """Whether it counts as done."""
        return self.status == "done"
