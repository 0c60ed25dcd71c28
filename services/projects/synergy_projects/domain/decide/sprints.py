"""What follows from commands on sprints."""

from typing import cast

from synergy_projects.domain.commands import CompleteSprint, CreateSprint, DeleteSprint, StartSprint, UpdateSprint
from synergy_projects.domain.decide.access import require, visible
from synergy_projects.domain.decide.checks import cleared, differences, in_order, one_line
from synergy_projects.domain.errors import InvalidValue, SprintActive, SprintNotFound, SprintState
from synergy_projects.domain.events import (
    Event,
    SprintCompleted,
    SprintCreated,
    SprintDeleted,
    SprintStarted,
    SprintUpdated,
)
from synergy_projects.domain.fields import SprintPatch
from synergy_projects.domain.project import Project, Sprint
from synergy_projects.domain.roles import Right


def create_sprint(project: Project, command: CreateSprint, *, sprint_id: int) -> list[Event]:
    """A planned sprint. Raises NotAllowed, ProjectNotFound, InvalidValue."""
    require(project, command.actor, Right.PLAN)
    one_line(command.name, "/name")
    in_order(command.start_date, command.end_date, "/end_date")
    return [
        SprintCreated(
            sprint_id=sprint_id,
            name=command.name,
            goal=command.goal,
            start_date=command.start_date,
            end_date=command.end_date,
        )
    ]


def update_sprint(project: Project, command: UpdateSprint) -> list[Event]:
    """The fields that really change. Raises SprintNotFound, NotAllowed, InvalidValue."""
    sprint, wanted = _sprint(project, command), command.changes
    if "name" in wanted:
        one_line(wanted["name"], "/name")
    start, end = wanted.get("start_date", sprint.start_date), wanted.get("end_date", sprint.end_date)
    in_order(start, end, "/end_date" if "end_date" in wanted else "/start_date")
    changes, before = differences(sprint, wanted)
    if not changes:
        return []
    patch = cast(SprintPatch, changes)
    return [SprintUpdated(sprint_id=sprint.id, changes=patch, before=cast(SprintPatch, before))]


def start_sprint(project: Project, command: StartSprint) -> list[Event]:
    """
    The sprint is active; that it is already is no error. The state holds the active one, if there is one.

    Raises SprintNotFound, NotAllowed, SprintState for one that is completed, SprintActive.
    """
    sprint = _sprint(project, command)
    if sprint.status == "active":
        return []
    if sprint.status != "planned":
        raise SprintState(sprint.status, "planned")
    for other in project.sprints.values():
        if other.status == "active":
            raise SprintActive(other.id, other.name)
    return [SprintStarted(sprint_id=sprint.id)]


def complete_sprint(project: Project, command: CompleteSprint) -> list[Event]:
    """
    The sprint is completed, and the unfinished tasks that the state holds went to the next one, if one is named.

    Raises SprintNotFound, NotAllowed, SprintState for one that was not started, InvalidValue for no next one.
    """
    sprint = _sprint(project, command)
    if sprint.status == "completed":
        return []
    if sprint.status != "active":
        raise SprintState(sprint.status, "active")
    moved: list[Event] = []
    if command.unfinished_to is not None:
        following = project.sprints.get(command.unfinished_to)
        if following is None or following.status == "completed" or following.id == sprint.id:
            raise InvalidValue("/unfinished_to", "Name another sprint of this project that is not completed.")
        moved = cleared(project, "sprint", sprint.id, following.id, unfinished=True)
    return [*moved, SprintCompleted(sprint_id=sprint.id)]


def delete_sprint(project: Project, command: DeleteSprint) -> list[Event]:
    """The sprint is gone; the tasks that the state holds leave it first. Raises SprintNotFound, NotAllowed."""
    sprint = _sprint(project, command)
    return [*cleared(project, "sprint", sprint.id, None), SprintDeleted(sprint_id=sprint.id, name=sprint.name)]


def _sprint(project: Project, command: UpdateSprint | StartSprint | CompleteSprint | DeleteSprint) -> Sprint:
    sprint = visible(project, command.actor, project.sprints.get(command.sprint_id), SprintNotFound)
    require(project, command.actor, Right.PLAN)
    return sprint
