"""Events of the project itself, as webhooks tell them."""

from synergy_projects.domain.events import (
    ProgressChanged,
    ProjectArchived,
    ProjectCompleted,
    ProjectEvent,
    ProjectTransferred,
    ProjectUnarchived,
    ProjectUpdated,
)
from synergy_projects.domain.project import Project
from synergy_projects.queries import views
from synergy_projects.queries.render.values import changed
from synergy_projects.queries.views import People, View


def shown(project: Project, _event: ProjectEvent) -> set[int]:
    """The people that the object names."""
    return views.everyone([project])


def told(project: Project, _event: ProjectEvent, known: People) -> View:
    """The project right after the event."""
    return views.project(project, known)


def changes(event: ProjectEvent) -> View:
    """What the event changed."""
    match event:
        case ProjectUpdated():
            return changed(event.before, event.changes)
        case ProjectCompleted():
            return changed({"status": event.was}, {"status": "completed"})
        case ProjectArchived() | ProjectUnarchived():
            archived = isinstance(event, ProjectArchived)
            return changed({"archived": not archived}, {"archived": archived})
        case ProjectTransferred():
            return changed({"owner": event.was}, {"owner": event.owner_id})
        case ProgressChanged():
            return changed({"progress": event.was}, {"progress": event.progress})
        case _:
            return {}
