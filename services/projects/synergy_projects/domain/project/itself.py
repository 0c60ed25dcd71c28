"""How events change the project itself."""

from datetime import datetime
from typing import assert_never

from synergy_projects.domain.events import (
    ProgressChanged,
    ProjectArchived,
    ProjectCompleted,
    ProjectCreated,
    ProjectDeleted,
    ProjectEvent,
    ProjectImported,
    ProjectPurged,
    ProjectRestored,
    ProjectTransferred,
    ProjectUnarchived,
    ProjectUpdated,
)
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project.state import Project


def created(event: ProjectCreated, version: int, at: datetime) -> Project:
    """A project as it starts."""
    return Project(
        id=event.project_id,
        owner_id=event.owner_id,
        name=event.name,
        description=event.description,
        status=event.status,
        priority=event.priority,
        start_date=event.start_date,
        end_date=event.end_date,
        budget=event.budget,
        trashed_at=at if event.importing else None,
        archived_at=None,
        next_number=1,
        next_rank=0,
        version=version,
        revision=version,
        created_at=at,
        updated_at=at,
        counters=Counters(),
        members={event.owner_id: "owner"},
        importing=event.importing,
    )


def evolve(project: Project, event: ProjectEvent, version: int, at: datetime) -> None:
    """The project after the event, which is not its creation."""
    match event:
        case ProjectCreated() | ProgressChanged():
            pass  # creation makes the state; the counters that make the number are in it already
        case ProjectUpdated():
            for name, value in event.changes.items():
                setattr(project, name, value)
            project.revision = version
        case ProjectCompleted():
            project.status, project.revision = "completed", version
        case ProjectDeleted():
            project.trashed_at = at
        case ProjectRestored():
            project.trashed_at = None
        case ProjectImported():
            project.trashed_at, project.importing = None, False
        case ProjectArchived():
            project.archived_at = at
        case ProjectUnarchived():
            project.archived_at = None
        case ProjectPurged():
            project.purged = True
        case ProjectTransferred():
            project.owner_id = event.owner_id
            project.members |= {event.was: "manager", event.owner_id: "owner"}
        case _:
            assert_never(event)
