"""Events of tasks, as webhooks tell them."""

from synergy_projects.domain.events import TaskCompleted, TaskEvent, TaskPurged, TaskReopened, TaskUpdated
from synergy_projects.domain.project import Project
from synergy_projects.queries import views
from synergy_projects.queries.render.values import changed
from synergy_projects.queries.views import People, View


def shown(project: Project, event: TaskEvent) -> set[int]:
    """The people that the object names."""
    return set() if isinstance(event, TaskPurged) else set(project.tasks[event.task_id].assignees)


def told(project: Project, event: TaskEvent, known: People) -> View:
    """The task right after the event; what it was if it is gone."""
    if isinstance(event, TaskPurged):
        return {"id": event.task_id, "project": project.id, "number": event.number, "title": event.title}
    task = project.tasks[event.task_id]
    return views.task(task, project.id, known, blocked_by=project.blocked_by(task))


def changes(event: TaskEvent) -> View:
    """What the event changed."""
    match event:
        case TaskUpdated():
            return changed(event.before, event.changes)
        case TaskCompleted():
            return changed({"status": event.was}, {"status": "done"})
        case TaskReopened():
            return changed({"status": "done"}, {"status": event.status})
        case _:
            return {}
