"""Subtasks, as webhooks tell them."""

from synergy_projects.domain.events import SubtaskDeleted, SubtaskEvent, SubtaskUpdated
from synergy_projects.domain.project import Project, Subtask
from synergy_projects.queries import views
from synergy_projects.queries.render.values import changed
from synergy_projects.queries.views import People, View


def shown(_project: Project, _event: SubtaskEvent) -> set[int]:
    """The people that the object names."""
    return set()


def told(project: Project, event: SubtaskEvent, _known: People) -> View:
    """The subtask right after the event; what it was if it is no more."""
    if isinstance(event, SubtaskDeleted):
        found = Subtask(id=event.subtask_id, task_id=event.task_id, title=event.title, is_completed=event.is_completed)
    else:
        found = project.tasks[event.task_id].subtasks[event.subtask_id]
    return {"project": project.id} | views.subtask(found)


def changes(event: SubtaskEvent) -> View:
    """What the event changed."""
    return changed(event.before, event.changes) if isinstance(event, SubtaskUpdated) else {}
