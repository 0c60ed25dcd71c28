"""What happened to a milestone."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from synergy_projects.domain.fields import MilestonePatch


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneCreated:
    """A milestone was set; it is open."""

    milestone_id: int
    name: str
    description: str
    due_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneUpdated:
    """Fields of a milestone changed; a status never to completed, that is `MilestoneCompleted`."""

    milestone_id: int
    changes: MilestonePatch
    before: MilestonePatch


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneCompleted:
    """A milestone was reached."""

    milestone_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneMissed:
    """The day `due_date` has passed, and the milestone, due on it, was open still."""

    milestone_id: int
    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneDeleted:
    """A milestone is gone. It was called `name`; tasks left it before, by events of their own."""

    milestone_id: int
    name: str


MilestoneEvent = MilestoneCreated | MilestoneUpdated | MilestoneCompleted | MilestoneMissed | MilestoneDeleted

STORED_AS: Final[dict[str, type]] = {
    "milestone.created": MilestoneCreated,
    "milestone.updated": MilestoneUpdated,
    "milestone.completed": MilestoneCompleted,
    "milestone.missed": MilestoneMissed,
    "milestone.deleted": MilestoneDeleted,
}


def entity(event: MilestoneEvent) -> str:
    """`milestone-<milestone id>`."""
    return f"milestone-{event.milestone_id}"
