"""Events of labels, milestones and sprints, in words."""

from typing import assert_never

from synergy_projects.domain.events import (
    LabelCreated,
    LabelDeleted,
    LabelEvent,
    LabelUpdated,
    MilestoneCompleted,
    MilestoneCreated,
    MilestoneDeleted,
    MilestoneEvent,
    MilestoneMissed,
    MilestoneUpdated,
    SprintCompleted,
    SprintCreated,
    SprintDeleted,
    SprintEvent,
    SprintStarted,
    SprintUpdated,
)
from synergy_projects.domain.telling.changes import changed
from synergy_projects.domain.telling.names import Names, quoted


def of_label(event: LabelEvent, names: Names) -> str:
    """What happened to a label."""
    match event:
        case LabelCreated():
            return f"{names.actor} made the label {quoted(event.name)}"
        case LabelUpdated():
            told = changed(event.changes, event.before, names)
            return f"{names.actor} changed {told} of the label {names.label(event.label_id)}"
        case LabelDeleted():
            return f"{names.actor} deleted the label {quoted(event.name)}"
        case _:
            assert_never(event)


def of_milestone(event: MilestoneEvent, names: Names) -> str:
    """What happened to a milestone."""
    match event:
        case MilestoneCreated():
            return f"{names.actor} set the milestone {quoted(event.name)}"
        case MilestoneUpdated():
            told = changed(event.changes, event.before, names)
            return f"{names.actor} changed {told} of the milestone {names.milestone(event.milestone_id)}"
        case MilestoneCompleted():
            return f"{names.actor} reached the milestone {names.milestone(event.milestone_id)}"
        case MilestoneMissed():
            return f"The milestone {names.milestone(event.milestone_id)} was missed, due on {event.due_date}"
        case MilestoneDeleted():
            return f"{names.actor} deleted the milestone {quoted(event.name)}"
        case _:
            assert_never(event)


def of_sprint(event: SprintEvent, names: Names) -> str:
    """What happened to a sprint."""
    match event:
        case SprintCreated():
            return f"{names.actor} planned the sprint {quoted(event.name)}"
        case SprintUpdated():
            told = changed(event.changes, event.before, names)
            return f"{names.actor} changed {told} of the sprint {names.sprint(event.sprint_id)}"
        case SprintStarted():
            return f"{names.actor} started the sprint {names.sprint(event.sprint_id)}"
        case SprintCompleted():
            return f"{names.actor} completed the sprint {names.sprint(event.sprint_id)}"
        case SprintDeleted():
            return f"{names.actor} deleted the sprint {quoted(event.name)}"
        case _:
            assert_never(event)
