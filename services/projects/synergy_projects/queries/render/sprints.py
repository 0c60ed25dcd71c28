"""Events of sprints, as webhooks tell them."""

from synergy_projects.domain.events import SprintCompleted, SprintDeleted, SprintEvent, SprintStarted, SprintUpdated
from synergy_projects.domain.project import Project
from synergy_projects.queries import planning
from synergy_projects.queries.render.values import changed
from synergy_projects.queries.views import People, View


def shown(_project: Project, _event: SprintEvent) -> set[int]:
    """The people that the object names: none."""
    return set()


def told(project: Project, event: SprintEvent, _known: People) -> View:
    """The sprint right after the event, and its tasks' progress; of one that is gone what told it apart."""
    if isinstance(event, SprintDeleted):
        return {"id": event.sprint_id, "project": project.id, "name": event.name}
    return planning.SPRINTS.told(project, event.sprint_id)


def changes(event: SprintEvent) -> View:
    """What the event changed."""
    match event:
        case SprintUpdated():
            return changed(event.before, event.changes)
        case SprintStarted():
            return changed({"status": "planned"}, {"status": "active"})
        case SprintCompleted():
            return changed({"status": "active"}, {"status": "completed"})
        case _:
            return {}
