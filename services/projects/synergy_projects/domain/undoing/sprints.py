"""How events of sprints are taken back."""

from collections.abc import Iterator
from typing import assert_never

from synergy_projects.domain import decide
from synergy_projects.domain.commands import DeleteSprint, UpdateSprint
from synergy_projects.domain.errors import CannotUndo
from synergy_projects.domain.events import (
    SprintCompleted,
    SprintCreated,
    SprintDeleted,
    SprintEvent,
    SprintStarted,
    SprintUpdated,
)
from synergy_projects.domain.undoing.trial import Step, Trial


def back(trial: Trial, event: SprintEvent) -> Iterator[Step]:
    """The steps. Raises CannotUndo."""
    sprint = trial.project.sprints.get(event.sprint_id)
    match event:
        case SprintStarted() | SprintCompleted():
            raise CannotUndo("A sprint begins and ends once.")
        case SprintDeleted():
            raise CannotUndo(f"The sprint {event.name} is gone; plan it again by hand.")
        case _ if sprint is None:
            raise CannotUndo("The sprint is gone.")
        case SprintCreated():
            if sprint.version > trial.last:
                raise CannotUndo(f"The sprint {event.name} was changed since.")
            if any(task.sprint == sprint.id for task in trial.project.tasks.values()):
                raise CannotUndo(f"The sprint {event.name} has tasks since.")
            gone = DeleteSprint(actor=trial.actor, sprint_id=sprint.id)
            yield lambda project: decide.delete_sprint(project, gone)
        case SprintUpdated():
            trial.still(sprint, event.changes, f"sprint {sprint.name}")
            command = UpdateSprint(actor=trial.actor, sprint_id=sprint.id, changes=event.before)
            yield lambda project: decide.update_sprint(project, command)
        case _:
            assert_never(event)
