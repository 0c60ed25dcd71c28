"""Commands on sprints."""

from typing import Final

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import CompleteSprint, CreateSprint, DeleteSprint, StartSprint, UpdateSprint
from synergy_projects.domain.project import Project, Sprint
from synergy_projects.handlers import planning
from synergy_projects.handlers.desk import Desk
from synergy_projects.queries import loading
from synergy_projects.queries.planning import SPRINTS
from synergy_projects.queries.views import View

_S: Final = tables.sprints.c


def create_sprint(command: CreateSprint, *, context: CommandContext, desk: Desk) -> View:
    """Add a sprint. Raises ProjectNotFound, NotAllowed, InvalidValue."""
    return planning.make(
        SPRINTS,
        tables.sprint_ids,
        command,
        lambda project, sprint_id: decide.create_sprint(project, command, sprint_id=sprint_id),
        context=context,
        desk=desk,
    )


def update_sprint(command: UpdateSprint, *, context: CommandContext, desk: Desk) -> View:
    """Change fields of a sprint. Raises SprintNotFound, NotAllowed, InvalidValue."""
    return planning.change(
        SPRINTS,
        command.sprint_id,
        command,
        lambda project: decide.update_sprint(project, command),
        context=context,
        desk=desk,
    )


def delete_sprint(command: DeleteSprint, *, context: CommandContext, desk: Desk) -> None:
    """Take a sprint out of the project. Raises SprintNotFound, NotAllowed."""
    planning.remove(
        SPRINTS,
        command.sprint_id,
        command,
        lambda project: decide.delete_sprint(project, command),
        context=context,
        desk=desk,
    )


def start_sprint(command: StartSprint, *, context: CommandContext, desk: Desk) -> View:
    """Begin a sprint. Raises SprintNotFound, NotAllowed, SprintState, SprintActive."""

    def active(rows: Connection, project: Project) -> None:
        within = _S.project_id == project.id
        project.sprints |= loading.entities(rows, tables.sprints, Sprint, within, _S.status == "active")

    return planning.change(
        SPRINTS,
        command.sprint_id,
        command,
        lambda project: decide.start_sprint(project, command),
        context=context,
        desk=desk,
        load=active,
    )


def complete_sprint(command: CompleteSprint, *, context: CommandContext, desk: Desk) -> View:
    """End a sprint. Raises SprintNotFound, NotAllowed, SprintState, InvalidValue."""

    def following(rows: Connection, project: Project) -> None:
        if command.unfinished_to is None:
            return
        within, unfinished = _S.project_id == project.id, tables.tasks.c.status != "done"
        project.sprints |= loading.entities(rows, tables.sprints, Sprint, within, _S.id == command.unfinished_to)
        planning.own_tasks(SPRINTS, command.sprint_id, unfinished)(rows, project)

    return planning.change(
        SPRINTS,
        command.sprint_id,
        command,
        lambda project: decide.complete_sprint(project, command),
        context=context,
        desk=desk,
        load=following,
    )
