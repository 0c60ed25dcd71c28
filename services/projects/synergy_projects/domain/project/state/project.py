"""The state of a project."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from synergy_projects.domain.fields import Priority, ProjectStatus, Role
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project.state.label import Label
from synergy_projects.domain.project.state.milestone import Milestone
from synergy_projects.domain.project.state.sprint import Sprint
from synergy_projects.domain.project.state.task import Task
from synergy_projects.domain.project.state.work import Comment, TimeLog, Timer


@dataclass(slots=True, kw_only=True)
class Project:
    """
    A project with all that is in it, by id; timers by whose they are. `version` is that of the last event of its
    stream, `revision` that of the last one that changed a field of its own that people write; `next_rank` is the place,
    as `ranking.placed` takes it, of whatever comes last next. One that is `purged` has no rows; one that is `importing`
    counts as in the trash, from where nobody gets it.
    """

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
    archived_at: datetime | None
    next_number: int
    next_rank: int
    version: int
    revision: int
    created_at: datetime
    updated_at: datetime
    counters: Counters
    members: dict[int, Role] = field(default_factory=dict)
    tasks: "dict[int, Task]" = field(default_factory=dict)
    labels: dict[int, Label] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    sprints: dict[int, Sprint] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    time_logs: dict[int, TimeLog] = field(default_factory=dict)
    timers: dict[int, Timer] = field(default_factory=dict)
    purged: bool = False
    importing: bool = False

    def blocked_by(self, task: Task) -> tuple[int, ...]:
        """What the task depends on that is neither done nor in the trash; the state holds those tasks."""
        known = [self.tasks[task_id] for task_id in sorted(task.depends_on) if task_id in self.tasks]
        return tuple(one.id for one in known if not one.done and one.trashed_at is None)

    def counted(self, wanted: Callable[[Task], bool]) -> Counters:
        """Sums over those of its tasks that are wanted and not in the trash; the state holds all tasks."""
        found = [task for task in self.tasks.values() if task.trashed_at is None and wanted(task)]
        done = [task for task in found if task.done]
        return Counters(sum(task.impact for task in found), sum(task.impact for task in done), len(found), len(done))
