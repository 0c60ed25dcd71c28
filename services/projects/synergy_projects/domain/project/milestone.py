"""How events change milestones."""

from datetime import datetime
from typing import assert_never

from synergy_projects.domain.events import (
    MilestoneCompleted,
    MilestoneCreated,
    MilestoneDeleted,
    MilestoneEvent,
    MilestoneMissed,
    MilestoneUpdated,
)
from synergy_projects.domain.project.state import Milestone, Project


def evolve(project: Project, event: MilestoneEvent, version: int, at: datetime) -> None:
    """The project with its milestones after the event."""
    match event:
        case MilestoneCreated():
            project.milestones[event.milestone_id] = Milestone(
                id=event.milestone_id,
                name=event.name,
                description=event.description,
                due_date=event.due_date,
                status="open",
                completed_at=None,
                missed=None,
                version=version,
                created_at=at,
                updated_at=at,
            )
        case MilestoneUpdated() | MilestoneCompleted() | MilestoneMissed():
            _changed(project.milestones[event.milestone_id], event, version, at)
        case MilestoneDeleted():
            del project.milestones[event.milestone_id]
        case _:
            assert_never(event)


def _changed(
    milestone: Milestone, event: MilestoneUpdated | MilestoneCompleted | MilestoneMissed, version: int, at: datetime
) -> None:
    match event:
        case MilestoneUpdated():
            for name, value in event.changes.items():
                setattr(milestone, name, value)
            if "status" in event.changes:
                milestone.completed_at = None
        case MilestoneCompleted():
            milestone.status, milestone.completed_at = "completed", at
        case MilestoneMissed():
            milestone.missed = event.due_date
    milestone.version, milestone.updated_at = version, at
