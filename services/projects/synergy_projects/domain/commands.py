"""What people ask of a project. Amounts are already in hundredths, people already known by id."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from synergy_projects.domain.fields import Priority, ProjectPatch, ProjectStatus, Role, TaskPatch, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks. A superuser may do all that an owner may."""

    user_id: int
    superuser: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateProject:
    """Start a project; the actor owns it."""

    actor: Actor
    name: str
    description: str = ""
    status: ProjectStatus = "planning"
    priority: Priority = "medium"
    start_date: date | None = None
    end_date: date | None = None
    budget: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProject:
    """Change these fields of a project; what is left out stays."""

    actor: Actor
    project_id: int
    changes: ProjectPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteProject:
    """Put a project into the trash."""

    actor: Actor
    project_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareLeaving:
    """The actor's account is about to be erased."""

    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """It was not erased."""

    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteMember:
    """Invite somebody whose address the actor knows, as what."""

    actor: Actor
    project_id: int
    role: Role = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptInvitation:
    """Join as what `invited_by` invited the actor."""

    actor: Actor
    project_id: int
    role: Role
    invited_by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMember:
    """Let someone, named by id or by user name, into a project."""

    actor: Actor
    project_id: int
    user_id: int | None = None
    username: str | None = None
    role: Role = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMemberRole:
    """Give a member another role."""

    actor: Actor
    project_id: int
    user_id: int
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveMember:
    """Take someone out of a project, or leave it."""

    actor: Actor
    project_id: int
    user_id: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTask:
    """Change these fields of a task; what is left out stays."""

    actor: Actor
    task_id: int
    changes: TaskPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTask:
    """Put a task into the trash; it no longer counts in the progress."""

    actor: Actor
    task_id: int
