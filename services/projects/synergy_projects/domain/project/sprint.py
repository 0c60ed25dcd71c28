"""How events change sprints."""

from datetime import datetime
from typing import assert_never

from synergy_projects.domain.events import (
    SprintCompleted,
    SprintCreated,
    SprintDeleted,
    SprintEvent,
    SprintStarted,
    SprintUpdated,
)
from synergy_projects.domain.project.state import Project, Sprint


def evolve(project: Project, event: SprintEvent, version: int, at: datetime) -> None:
    """The project with its sprints after the event."""
    match event:
        case SprintCreated():
            project.sprints[event.sprint_id] = Sprint(
                id=event.sprint_id,
                name=event.name,
                goal=event.goal,
                start_date=event.start_date,
                end_date=event.end_date,
                status="planned",
                started_at=None,
                completed_at=None,
                version=version,
                created_at=at,
                updated_at=at,
            )
        case SprintUpdated() | SprintStarted() | SprintCompleted():
            _changed(project.sprints[event.sprint_id], event, version, at)
        case SprintDeleted():
            del project.sprints[event.sprint_id]
        case _:
            assert_never(event)


def _changed(
    sprint: Sprint, event: SprintUpdated | SprintStarted | SprintCompleted, version: int, at: datetime
) -> None:
    match event:
        case SprintUpdated():
            for name, value in event.changes.items():
                setattr(sprint, name, value)
        case SprintStarted():
            sprint.status, sprint.started_at = "active", at
        case SprintCompleted():
            sprint.status, sprint.completed_at = "completed", at
    sprint.version, sprint.updated_at = version, at
