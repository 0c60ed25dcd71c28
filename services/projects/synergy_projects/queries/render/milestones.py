"""Events of milestones, as webhooks tell them."""

from synergy_projects.domain.events import MilestoneCompleted, MilestoneDeleted, MilestoneEvent, MilestoneUpdated
from synergy_projects.domain.project import Project
from synergy_projects.queries import planning
from synergy_projects.queries.render.values import changed
from synergy_projects.queries.views import People, View


def shown(_project: Project, _event: MilestoneEvent) -> set[int]:
    """The people that the object names: none."""
    return set()


def told(project: Project, event: MilestoneEvent, _known: People) -> View:
    """The milestone right after the event, and its tasks' progress; of one that is gone what told it apart."""
    if isinstance(event, MilestoneDeleted):
        return {"id": event.milestone_id, "project": project.id, "name": event.name}
    return planning.MILESTONES.told(project, event.milestone_id)


def changes(event: MilestoneEvent) -> View:
    """What the event changed."""
    match event:
        case MilestoneUpdated():
            return changed(event.before, event.changes)
        case MilestoneCompleted():
            return changed({"status": "open"}, {"status": "completed"})
        case _:
            return {}
