"""What people ask of sprints."""

from dataclasses import dataclass
from datetime import date

from synergy_projects.domain.commands.actor import Actor
from synergy_projects.domain.fields import SprintPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSprint:
    """Plan a sprint."""

    actor: Actor
    project_id: int
    name: str
    goal: str = ""
    start_date: date | None = None
    end_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSprint:
    """Change these fields of a sprint; what is left out stays."""

    actor: Actor
    sprint_id: int
    changes: SprintPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSprint:
    """Make a planned sprint the project's active one."""

    actor: Actor
    sprint_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteSprint:
    """End the active sprint. Tasks that are not done go to the sprint `unfinished_to`, or stay where they are."""

    actor: Actor
    sprint_id: int
    unfinished_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSprint:
    """Take a sprint out of the project; its tasks stay."""

    actor: Actor
    sprint_id: int
