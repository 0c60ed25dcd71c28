"""How events of labels are taken back."""

from collections.abc import Iterator
from typing import assert_never

from synergy_projects.domain import decide
from synergy_projects.domain.commands import UpdateLabel
from synergy_projects.domain.decide.access import require
from synergy_projects.domain.errors import CannotUndo
from synergy_projects.domain.events import Event, LabelCreated, LabelDeleted, LabelEvent, LabelUpdated
from synergy_projects.domain.project import Project
from synergy_projects.domain.roles import Right
from synergy_projects.domain.undoing.trial import Step, Trial


def back(trial: Trial, event: LabelEvent) -> Iterator[Step]:
    """The steps. Raises CannotUndo."""
    label = trial.project.labels.get(event.label_id)
    match event:
        case LabelDeleted():
            raise CannotUndo(f"The label {event.name} is gone; make it again by hand.")
        case LabelCreated():
            if label is None or label.version > trial.last:
                raise CannotUndo(f"The label {event.name} was changed since.")
            if any(label.name in task.labels for task in trial.project.tasks.values()):
                raise CannotUndo(f"The label {label.name} is in use since.")
            gone = LabelDeleted(label_id=label.id, name=label.name)

            def unmade(project: Project) -> list[Event]:
                require(project, trial.actor, Right.LABEL)  # it may have been made by its first use
                return [gone]

            yield unmade
        case LabelUpdated():
            if label is None:
                raise CannotUndo("The label is gone.")
            trial.still(label, event.changes, f"label {label.name}")
            command = UpdateLabel(actor=trial.actor, label_id=label.id, changes=event.before)
            yield lambda project: decide.update_label(project, command)
        case _:
            assert_never(event)
