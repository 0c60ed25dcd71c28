"""
Taking a command back: what would have to be done by hand to have it as before, and whether that can still be done.

One file an entity says how each of its events is taken back, or why it cannot be; each adds a line to `_KINDS`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from synergy_projects.domain import events
from synergy_projects.domain.commands import Undo
from synergy_projects.domain.decide.access import role_of
from synergy_projects.domain.decide.checks import progress_news
from synergy_projects.domain.errors import CannotUndo, DomainError, NotAllowed, ProjectArchived, ProjectNotFound
from synergy_projects.domain.events import Event, ProgressChanged
from synergy_projects.domain.project import Project, evolve
from synergy_projects.domain.undoing import (
    comments,
    labels,
    members,
    milestones,
    projects,
    sprints,
    subtasks,
    tasks,
    time,
)
from synergy_projects.domain.undoing.trial import Step, Trial, copied

Back = Callable[[Trial, Any], Iterator[Step]]
"""The steps that take an event back, tried one after the other on what the ones before made. Raises CannotUndo."""

_KINDS: Final[tuple[tuple[dict[str, type], Back], ...]] = (
    (events.project.STORED_AS, projects.back),
    (events.member.STORED_AS, members.back),
    (events.task.STORED_AS, tasks.back),
    (events.label.STORED_AS, labels.back),
    (events.milestone.STORED_AS, milestones.back),
    (events.sprint.STORED_AS, sprints.back),
    (events.moving.STORED_AS, tasks.moved),
    (events.comment.STORED_AS, comments.back),
    (events.subtask.STORED_AS, subtasks.back),
    (events.time.STORED_AS, time.back),
)
BACK: Final[dict[type, Back]] = {event: back for kind, back in _KINDS for event in kind.values()}


def undo(project: Project, command: Undo, made: Sequence[tuple[int, Event]], *, now: datetime) -> list[Event]:
    """
    The events that take back those that a command `made`, with their versions. The state is whole.

    Raises CannotUndo unless whatever they touched lives and still has the values that they gave it; NotAllowed for
    whoever may not do the reverse by hand; ProjectNotFound, ProjectArchived.
    """
    role_of(project, command.actor)
    trial = Trial(copied(project), project, command.actor, last=max(version for version, _ in made))
    found: list[Event] = []
    for _, event in reversed(made):
        for step in BACK[type(event)](trial, event):
            for follows in _tried(trial.project, step):
                evolve(trial.project, follows, version=trial.project.version + 1, at=now)
                found.append(follows)
    changes = [event for event in found if not isinstance(event, ProgressChanged)]
    return [*changes, *progress_news(project.counters, trial.project.counters)]


def _tried(project: Project, step: Step) -> list[Event]:
    try:
        return step(project)
    except (CannotUndo, NotAllowed, ProjectArchived, ProjectNotFound):
        raise
    except DomainError as no:
        raise CannotUndo(str(no)) from no
