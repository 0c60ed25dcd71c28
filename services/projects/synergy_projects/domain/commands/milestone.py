"""What people ask of milestones."""

from dataclasses import dataclass
from datetime import date

from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.fields import MilestonePatch


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMilestone:
    """Set a milestone."""

    actor: Actor
    project_id: int
    name: str
    description: str = ""
    due_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMilestone:
    """Change these fields of a milestone; what is left out stays."""

    actor: Actor
    milestone_id: int
    changes: MilestonePatch


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMilestone:
    """Take a milestone out of the project; its tasks stay."""

    actor: Actor
    milestone_id: int
