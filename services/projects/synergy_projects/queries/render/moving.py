"""Moves of tasks, as webhooks tell them."""

from typing import Any

from synergy_projects.domain.events import MoveEvent
from synergy_projects.domain.project import Project
from synergy_projects.domain.project.moving import arrived
from synergy_projects.queries import views
from synergy_projects.queries.render.values import changed
from synergy_projects.queries.views import People, View


def shown(_project: Project, event: MoveEvent) -> set[int]:
    """The people that the object names."""
    return set(event.task.assignees)


def told(project: Project, event: MoveEvent, known: People) -> View:
    """The task as it is in its new project, to those of the old one too."""
    task = project.tasks.get(event.task_id)
    if task is None or event.to_project != project.id:
        task = arrived(event, rank="", version=project.version, at=project.updated_at)
    return views.task(task, event.to_project, known, blocked_by=())


def changes(event: MoveEvent) -> View:
    """Its project, and what it lost by moving."""
    old: dict[str, Any] = {"project": event.from_project, **event.before}
    now: dict[str, Any] = {"project": event.to_project, "depends_on": (), "milestone": None, "sprint": None}
    now |= {"assignees": event.task.assignees, "labels": event.task.labels}
    return changed(old, {name: now[name] for name in old})
