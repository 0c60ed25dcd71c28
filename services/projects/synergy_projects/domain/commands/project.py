"""What people ask of a project itself."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.fields import Priority, ProjectPatch, ProjectStatus


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
    if_match: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveProject:
    """Make a project read-only."""

    actor: Actor
    project_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnarchiveProject:
    """Make a project writable again."""

    actor: Actor
    project_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferProject:
    """Make a member the owner of a project."""

    actor: Actor
    project_id: int
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreProject:
    """Take a project out of the trash."""

    actor: Actor
    project_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeProject:
    """Drop a project for good, whether it is in the trash or not; its history stays."""

    actor: Actor
    project_id: int
    if_match: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteProject:
    """Put a project into the trash."""

    actor: Actor
    project_id: int
    if_match: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Take back the command that made a version of the project."""

    actor: Actor
    project_id: int
    version: int
