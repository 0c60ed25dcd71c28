"""The state of a project."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from synergy_projects.domain.fields import Priority, ProjectStatus, Role
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project.state.task import Task
from synergy_projects.domain.project.state.work import Comment, TimeLog, Timer


@dataclass(slots=True, kw_only=True)
class Project:
    """
    A project with what belongs to it, by id; timers by whose they are. `version` is that of the last event of its
    stream. One that is `purged` has no rows.
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
    version: int
    created_at: datetime
    updated_at: datetime
    counters: Counters
    members: dict[int, Role] = field(default_factory=dict)
    tasks: "dict[int, Task]" = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    time_logs: dict[int, TimeLog] = field(default_factory=dict)
    timers: dict[int, Timer] = field(default_factory=dict)
    purged: bool = False
