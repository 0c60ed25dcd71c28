"""How events change labels."""

from datetime import datetime
from typing import assert_never

from synergy_projects.domain.events import LabelCreated, LabelDeleted, LabelEvent, LabelUpdated
from synergy_projects.domain.project.state import Label, Project


def evolve(project: Project, event: LabelEvent, version: int, at: datetime) -> None:
    """The project with its labels after the event, and their names in its tasks."""
    match event:
        case LabelCreated():
            project.labels[event.label_id] = Label(
                id=event.label_id, name=event.name, color=event.color, version=version, created_at=at, updated_at=at
            )
        case LabelUpdated():
            label = project.labels[event.label_id]
            for name, value in event.changes.items():
                setattr(label, name, value)
            label.version, label.updated_at = version, at
            if "name" in event.changes:
                _rename(project, event.before["name"], event.changes["name"])
        case LabelDeleted():
            del project.labels[event.label_id]
        case _:
            assert_never(event)


def _rename(project: Project, was: str, name: str) -> None:
    for task in project.tasks.values():
        if was in task.labels:
            task.labels = tuple(name if label == was else label for label in task.labels)
