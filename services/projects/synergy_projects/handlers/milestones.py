"""Commands on milestones."""

from synergy_chassis.store import CommandContext
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import CreateMilestone, DeleteMilestone, UpdateMilestone
from synergy_projects.handlers import planning
from synergy_projects.handlers.desk import Desk
from synergy_projects.queries.planning import MILESTONES
from synergy_projects.queries.views import View


def create_milestone(command: CreateMilestone, *, context: CommandContext, desk: Desk) -> View:
    """Add a milestone. Raises ProjectNotFound, NotAllowed, InvalidValue."""
    return planning.make(
        MILESTONES,
        tables.milestone_ids,
        command,
        lambda project, milestone_id: decide.create_milestone(project, command, milestone_id=milestone_id),
        context=context,
        desk=desk,
    )


def update_milestone(command: UpdateMilestone, *, context: CommandContext, desk: Desk) -> View:
    """Change fields of a milestone. Raises MilestoneNotFound, NotAllowed, InvalidValue."""
    return planning.change(
        MILESTONES,
        command.milestone_id,
        command,
        lambda project: decide.update_milestone(project, command),
        context=context,
        desk=desk,
    )


def delete_milestone(command: DeleteMilestone, *, context: CommandContext, desk: Desk) -> None:
    """Take a milestone out of the project. Raises MilestoneNotFound, NotAllowed."""
    planning.remove(
        MILESTONES,
        command.milestone_id,
        command,
        lambda project: decide.delete_milestone(project, command),
        context=context,
        desk=desk,
    )
