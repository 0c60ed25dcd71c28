"""What follows from commands on milestones."""

from typing import cast

from synergy_projects.domain.commands import CreateMilestone, DeleteMilestone, UpdateMilestone
from synergy_projects.domain.decide.access import require, visible
from synergy_projects.domain.decide.checks import cleared, differences, one_line
from synergy_projects.domain.errors import MilestoneNotFound
from synergy_projects.domain.events import (
    Event,
    MilestoneCompleted,
    MilestoneCreated,
    MilestoneDeleted,
    MilestoneUpdated,
)
from synergy_projects.domain.fields import MilestonePatch
from synergy_projects.domain.project import Project
from synergy_projects.domain.roles import Right


def create_milestone(project: Project, command: CreateMilestone, *, milestone_id: int) -> list[Event]:
    """An open milestone. Raises NotAllowed, ProjectNotFound, InvalidValue."""
    require(project, command.actor, Right.PLAN)
    one_line(command.name, "/name")
    return [
        MilestoneCreated(
            milestone_id=milestone_id,
            name=command.name,
            description=command.description,
            due_date=command.due_date,
        )
    ]


def update_milestone(project: Project, command: UpdateMilestone) -> list[Event]:
    """The fields that really change, and completion beside them. Raises MilestoneNotFound, NotAllowed, InvalidValue."""
    milestone = visible(project, command.actor, project.milestones.get(command.milestone_id), MilestoneNotFound)
    require(project, command.actor, Right.PLAN)
    if "name" in command.changes:
        one_line(command.changes["name"], "/name")
    changes, before = differences(milestone, command.changes)
    completed = changes.get("status") == "completed"
    if completed:
        del changes["status"], before["status"]
    events: list[Event] = []
    if changes:
        patch = cast(MilestonePatch, changes)
        events.append(MilestoneUpdated(milestone_id=milestone.id, changes=patch, before=cast(MilestonePatch, before)))
    if completed:
        events.append(MilestoneCompleted(milestone_id=milestone.id))
    return events


def delete_milestone(project: Project, command: DeleteMilestone) -> list[Event]:
    """The milestone is gone; the tasks that the state holds leave it first. Raises MilestoneNotFound, NotAllowed."""
    milestone = visible(project, command.actor, project.milestones.get(command.milestone_id), MilestoneNotFound)
    require(project, command.actor, Right.PLAN)
    left = cleared(project, "milestone", milestone.id, None)
    return [*left, MilestoneDeleted(milestone_id=milestone.id, name=milestone.name)]
