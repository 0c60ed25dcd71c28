"""The state of a sprint."""

from dataclasses import dataclass
from datetime import date, datetime

from synergy_projects.domain.fields import SprintStatus


@dataclass(slots=True, kw_only=True)
class Sprint:
    """A sprint. `version` is that of the last event that changed it."""

    id: int
    name: str
    goal: str
    start_date: date | None
    end_date: date | None
    status: SprintStatus
    started_at: datetime | None
    completed_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
