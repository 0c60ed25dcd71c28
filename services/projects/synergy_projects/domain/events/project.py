"""What happened to the project itself."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from synergy_projects.domain.fields import Priority, ProjectPatch, ProjectStatus, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCreated:
    """
    Someone started a project and is its owner and first member. It is never created completed. One that is `importing`
    is out of sight until `ProjectImported`.
    """

    project_id: int
    owner_id: int
    name: str
    description: str
    status: ProjectStatus
    priority: Priority
    start_date: date | None
    end_date: date | None
    budget: Decimal | None
    importing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectImported:
    """All of a project that was imported is there, and it is in sight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectUpdated:
    """Fields of the project changed; a status never to completed, that is `ProjectCompleted`."""

    changes: ProjectPatch
    before: ProjectPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCompleted:
    """The project's status became completed; it `was` this before."""

    was: ProjectStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDeleted:
    """The project went to the trash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRestored:
    """The project came back from the trash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectArchived:
    """The project became read-only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectUnarchived:
    """The project became writable again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPurged:
    """The project, which was in the trash, is gone for good but for its history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectTransferred:
    """A member, who `was_role` before, owns the project; who `was` its owner is a manager in it."""

    owner_id: int
    was: int
    was_role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressChanged:
    """The project's progress (0–100) `was` one number and is another; the rest is what the new one is made of."""

    was: int
    progress: int
    impact_done: int
    impact_total: int
    completed_task_count: int
    task_count: int


ProjectEvent = (
    ProjectCreated
    | ProjectImported
    | ProjectUpdated
    | ProjectCompleted
    | ProjectDeleted
    | ProjectRestored
    | ProjectArchived
    | ProjectUnarchived
    | ProjectPurged
    | ProjectTransferred
    | ProgressChanged
)

STORED_AS: Final[dict[str, type]] = {
    "project.created": ProjectCreated,
    "project.imported": ProjectImported,
    "project.updated": ProjectUpdated,
    "project.completed": ProjectCompleted,
    "project.deleted": ProjectDeleted,
    "project.restored": ProjectRestored,
    "project.archived": ProjectArchived,
    "project.unarchived": ProjectUnarchived,
    "project.purged": ProjectPurged,
    "project.transferred": ProjectTransferred,
    "project.progress_changed": ProgressChanged,
}


def entity(_event: ProjectEvent) -> str:
    """`project`."""
    return "project"
