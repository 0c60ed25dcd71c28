"""
What is read of a project before it is made. People are user names, and `line` says where each thing stands.

Amounts of impact and hours are in hundredths. Milestones and sprints are named by their place in the project's lists,
counted from 1, tasks by their numbers.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from synergy_projects.domain.fields import MilestoneStatus, Priority, ProjectStatus, Role, SprintStatus, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedMember:
    """Somebody in the project."""

    line: int
    username: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLabel:
    """A label. `color` None picks one."""

    line: int
    name: str
    color: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedMilestone:
    """A milestone."""

    line: int
    name: str
    description: str
    due_date: date | None
    status: MilestoneStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSprint:
    """A sprint."""

    line: int
    name: str
    goal: str
    start_date: date | None
    end_date: date | None
    status: SprintStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedProject:
    """The project but for its tasks."""

    line: int
    name: str
    description: str = ""
    status: ProjectStatus = "planning"
    priority: Priority = "medium"
    start_date: date | None = None
    end_date: date | None = None
    budget: Decimal | None = None
    archived: bool = False
    members: tuple[ImportedMember, ...] = ()
    labels: tuple[ImportedLabel, ...] = ()
    milestones: tuple[ImportedMilestone, ...] = ()
    sprints: tuple[ImportedSprint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSubtask:
    """A step of a task."""

    title: str
    is_completed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedComment:
    """
    A comment. With `mentions` the text holds `<@name>` for each of them; None: it is as people write, and `@name`
    mentions members.
    """

    content: str
    author: str | None
    mentions: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTime:
    """Time that somebody spent."""

    minutes: int
    spent_on: date
    note: str
    user: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTask:
    """A task with what hangs on it. Without a `number` it gets one after all that are given; `rank` is a place."""

    line: int
    title: str
    number: int | None = None
    rank: int | None = None
    description: str = ""
    status: TaskStatus = "todo"
    priority: Priority = "medium"
    impact: int = 0
    assignees: tuple[str, ...] = ()
    created_by: str | None = None
    start_date: date | None = None
    due_date: date | None = None
    estimated_hours: int | None = None
    actual_hours: int | None = None
    story_points: int | None = None
    labels: tuple[str, ...] = ()
    depends_on: tuple[int, ...] = ()
    milestone: int | None = None
    sprint: int | None = None
    subtasks: tuple[ImportedSubtask, ...] = ()
    comments: tuple[ImportedComment, ...] = ()
    time_logs: tuple[ImportedTime, ...] = ()
