"""The state of a milestone."""

from dataclasses import dataclass
from datetime import date, datetime

from synergy_projects.domain.fields import MilestoneStatus


@dataclass(slots=True, kw_only=True)
class Milestone:
    """A milestone. `missed` is the due date that passed while it was open; `version` that of its last event."""

    id: int
    name: str
    description: str
    due_date: date | None
    status: MilestoneStatus
    completed_at: datetime | None
    missed: date | None
    version: int
    created_at: datetime
    updated_at: datetime
