"""Commands on labels."""

from typing import Final

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext
from synergy_projects import tables
from synergy_projects.domain import decide
from synergy_projects.domain.commands import CreateLabel, DeleteLabel, UpdateLabel
from synergy_projects.domain.project import Label, Project, folded
from synergy_projects.handlers import planning
from synergy_projects.handlers.desk import Desk
from synergy_projects.queries import loading
from synergy_projects.queries.planning import LABELS
from synergy_projects.queries.views import View

_L: Final = tables.labels.c


def create_label(command: CreateLabel, *, context: CommandContext, desk: Desk) -> View:
    """Make a label. Raises ProjectNotFound, NotAllowed, InvalidValue, LabelExists."""
    return planning.make(
        LABELS,
        tables.label_ids,
        command,
        lambda project, label_id: decide.create_label(project, command, label_id=label_id),
        context=context,
        desk=desk,
        load=lambda rows, project: _namesake(rows, project, command.name),
    )


def update_label(command: UpdateLabel, *, context: CommandContext, desk: Desk) -> View:
    """Change fields of a label. Raises LabelNotFound, NotAllowed, InvalidValue, LabelExists."""
    name = command.changes.get("name")

    def load(rows: Connection, project: Project) -> None:
        if name is not None:
            planning.own_tasks(LABELS, command.label_id)(rows, project)
            _namesake(rows, project, name)

    return planning.change(
        LABELS,
        command.label_id,
        command,
        lambda project: decide.update_label(project, command),
        context=context,
        desk=desk,
        load=load,
    )


def delete_label(command: DeleteLabel, *, context: CommandContext, desk: Desk) -> None:
    """Take a label out of the project. Raises LabelNotFound, NotAllowed."""
    planning.remove(
        LABELS,
        command.label_id,
        command,
        lambda project: decide.delete_label(project, command),
        context=context,
        desk=desk,
    )


def _namesake(rows: Connection, project: Project, name: str) -> None:
    within = _L.project_id == project.id
    project.labels |= loading.entities(rows, tables.labels, Label, within, _L.folded == folded(name))
