"""Events of the project itself and of who is in it, in words."""

from typing import assert_never

from synergy_projects.domain.events import (
    MemberAdded,
    MemberEvent,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
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
from synergy_projects.domain.telling.changes import changed
from synergy_projects.domain.telling.names import Names, quoted


def of_project(event: ProjectEvent, names: Names) -> str:
    """What happened to the project."""
    match event:
        case ProjectCreated():
            return f"{names.actor} started the project {quoted(event.name)}"
        case ProjectImported():
            return f"{names.actor} imported the project"
        case ProjectUpdated():
            return f"{names.actor} changed {changed(event.changes, event.before, names)}"
        case ProjectCompleted():
            return f"{names.actor} completed the project"
        case ProjectDeleted():
            return f"{names.actor} put the project into the trash"
        case ProjectRestored():
            return f"{names.actor} restored the project from the trash"
        case ProjectArchived():
            return f"{names.actor} archived the project"
        case ProjectUnarchived():
            return f"{names.actor} took the project out of the archive"
        case ProjectPurged():
            return f"{names.actor} deleted the project for good"
        case ProjectTransferred():
            return f"{names.actor} transferred the project to {names.person(event.owner_id)}"
        case ProgressChanged():
            return f"The progress changed from {event.was} % to {event.progress} %"
        case _:
            assert_never(event)


def of_member(event: MemberEvent, names: Names) -> str:
    """Who came and who left."""
    match event:
        case MemberInvited():
            return f"{names.actor} invited somebody as {event.role}"
        case MemberAdded():
            return f"{names.person(event.user_id)} joined as {event.role}"
        case MemberRoleChanged():
            return f"{names.actor} changed the role of {names.person(event.user_id)} from {event.was} to {event.role}"
        case MemberRemoved():
            return f"{names.person(event.user_id)} left, who was {event.was}"
        case _:
            assert_never(event)
