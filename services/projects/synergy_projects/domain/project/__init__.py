"""
A project as its events made it, and how one more event changes it.

The state changes in place, so that a fold over n events costs n. It may be partial: only the tasks and members that a
command touches are in it, while counters, number and version are those of the whole. One file an entity; each adds a
line to `_KINDS`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from synergy_projects.domain import events
from synergy_projects.domain.events import Event, ProjectCreated
from synergy_projects.domain.project import (
    comment,
    itself,
    label,
    member,
    milestone,
    moving,
    sprint,
    subtask,
    task,
    time,
)
from synergy_projects.domain.project.state import (
    Comment,
    Label,
    Milestone,
    Project,
    Sprint,
    Subtask,
    Task,
    TimeLog,
    Timer,
    folded,
)

Evolve = Callable[[Project, Any, int, datetime], None]

_KINDS: Final[tuple[tuple[dict[str, type], Evolve], ...]] = (
    (events.project.STORED_AS, itself.evolve),
    (events.member.STORED_AS, member.evolve),
    (events.task.STORED_AS, task.evolve),
    (events.label.STORED_AS, label.evolve),
    (events.milestone.STORED_AS, milestone.evolve),
    (events.sprint.STORED_AS, sprint.evolve),
    (events.moving.STORED_AS, moving.evolve),
    (events.comment.STORED_AS, comment.evolve),
    (events.subtask.STORED_AS, subtask.evolve),
    (events.time.STORED_AS, time.evolve),
)
_EVOLVE: Final[dict[type, Evolve]] = {event: evolve for kind, evolve in _KINDS for event in kind.values()}


class NoProjectYet(Exception):
    """A stream's first event is not the creation of a project, so its history is damaged."""


def evolve(project: Project | None, event: Event, *, version: int, at: datetime) -> Project:
    """The project, changed in place, after `event`, which its stream holds under `version` and recorded `at`."""
    if isinstance(event, ProjectCreated):
        return itself.created(event, version, at)
    if project is None:
        raise NoProjectYet(f"{type(event).__name__} comes before the project was created.")
    project.version = version
    project.updated_at = at
    _EVOLVE[type(event)](project, event, version, at)
    return project


def fold(history: Iterable[tuple[Event, int, datetime]], *, start: Project | None = None) -> Project | None:
    """The project after these (event, version, recorded at), in order, going on from `start`."""
    project = start
    for event, version, at in history:
        project = evolve(project, event, version=version, at=at)
    return project


__all__ = [
    "Comment",
    "Label",
    "Milestone",
    "NoProjectYet",
    "Project",
    "Sprint",
    "Subtask",
    "Task",
    "TimeLog",
    "Timer",
    "evolve",
    "fold",
    "folded",
]
