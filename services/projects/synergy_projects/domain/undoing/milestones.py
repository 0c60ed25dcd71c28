"""How events of milestones are taken back."""

from collections.abc import Iterator
from typing import assert_never

from synergy_projects.domain import decide
from synergy_projects.domain.commands import DeleteMilestone, UpdateMilestone
from synergy_projects.domain.errors import CannotUndo
from synergy_projects.domain.events import (
    MilestoneCompleted,
    MilestoneCreated,
    MilestoneDeleted,
    MilestoneEvent,
    MilestoneMissed,
    MilestoneUpdated,
)
from synergy_projects.domain.fields import MilestonePatch
from synergy_projects.domain.undoing.trial import Step, Trial


def back(trial: Trial, event: MilestoneEvent) -> Iterator[Step]:
    """The steps. Raises CannotUndo."""
    milestone = trial.project.milestones.get(event.milestone_id)
    match event:
        case MilestoneMissed():
            raise CannotUndo("Time made that, and nobody can take it back.")
        case MilestoneDeleted():
            raise CannotUndo(f"The milestone {event.name} is gone; set it again by hand.")
        case _ if milestone is None:
            raise CannotUndo("The milestone is gone.")
        case MilestoneCreated():
            if milestone.version > trial.last:
                raise CannotUndo(f"The milestone {event.name} was changed since.")
            if any(task.milestone == milestone.id for task in trial.project.tasks.values()):
                raise CannotUndo(f"The milestone {event.name} has tasks since.")
            gone = DeleteMilestone(actor=trial.actor, milestone_id=milestone.id)
            yield lambda project: decide.delete_milestone(project, gone)
        case MilestoneUpdated():
            trial.still(milestone, event.changes, f"milestone {milestone.name}")
            yield _update(trial, milestone.id, event.before)
        case MilestoneCompleted():
            trial.still(milestone, {"status": "completed"}, f"milestone {milestone.name}")
            yield _update(trial, milestone.id, {"status": "open"})
        case _:
            assert_never(event)


def _update(trial: Trial, milestone_id: int, before: MilestonePatch) -> Step:
    command = UpdateMilestone(actor=trial.actor, milestone_id=milestone_id, changes=before)
    return lambda project: decide.update_milestone(project, command)
