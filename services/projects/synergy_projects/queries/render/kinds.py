"""Which file renders an event: one line an entity."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from synergy_projects.domain import events
from synergy_projects.domain.events import Event
from synergy_projects.domain.project import Project
from synergy_projects.queries.render import (
    comments,
    labels,
    members,
    milestones,
    moving,
    projects,
    sprints,
    subtasks,
    tasks,
    time,
)
from synergy_projects.queries.views import People, View


class Kind(Protocol):
    """How the events of an entity are told."""

    def shown(self, project: Project, event: Any, /) -> set[int]:
        """The people that the object names."""
        ...

    def told(self, project: Project, event: Any, known: People, /) -> View:
        """The full object right after the event."""
        ...

    def changes(self, event: Any, /) -> View:
        """Field by field what the event changed."""
        ...


_KINDS: Final[tuple[tuple[dict[str, type], Kind], ...]] = (
    (events.project.STORED_AS, projects),
    (events.member.STORED_AS, members),
    (events.task.STORED_AS, tasks),
    (events.comment.STORED_AS, comments),
    (events.subtask.STORED_AS, subtasks),
    (events.time.STORED_AS, time),
    (events.label.STORED_AS, labels),
    (events.milestone.STORED_AS, milestones),
    (events.sprint.STORED_AS, sprints),
    (events.moving.STORED_AS, moving),
)
KIND: Final[Mapping[type[Event], Kind]] = {event: kind for events, kind in _KINDS for event in events.values()}
