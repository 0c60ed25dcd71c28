"""Events of labels, as webhooks tell them."""

from synergy_projects.domain.events import LabelDeleted, LabelEvent, LabelUpdated
from synergy_projects.domain.project import Project
from synergy_projects.queries import planning
from synergy_projects.queries.render.values import changed
from synergy_projects.queries.views import People, View


def shown(_project: Project, _event: LabelEvent) -> set[int]:
    """The people that the object names: none."""
    return set()


def told(project: Project, event: LabelEvent, _known: People) -> View:
    """The label right after the event, and its tasks' progress; of one that is gone what told it apart."""
    if isinstance(event, LabelDeleted):
        return {"id": event.label_id, "project": project.id, "name": event.name}
    return planning.LABELS.told(project, event.label_id)


def changes(event: LabelEvent) -> View:
    """What the event changed."""
    return changed(event.before, event.changes) if isinstance(event, LabelUpdated) else {}
