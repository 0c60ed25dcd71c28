"""What follows from commands on labels, and from their names in tasks."""

from collections.abc import Sequence
from typing import Final, cast

from synergy_projects.domain.commands import CreateLabel, DeleteLabel, UpdateLabel
from synergy_projects.domain.decide.access import require, visible
from synergy_projects.domain.decide.checks import differences, one_line
from synergy_projects.domain.errors import LabelExists, LabelNotFound
from synergy_projects.domain.events import Event, LabelCreated, LabelDeleted, LabelUpdated, TaskUpdated
from synergy_projects.domain.fields import LabelPatch
from synergy_projects.domain.project import Project, folded
from synergy_projects.domain.roles import Right

COLORS: Final = ("#c0392b", "#d35400", "#b7950b", "#1e8449", "#148f77", "#2471a3", "#6c3483", "#5d6d7e")
"""What labels get that nobody chose a colour for, one after the other."""


def create_label(project: Project, command: CreateLabel, *, label_id: int) -> list[Event]:
    """A label that no task has yet. Raises NotAllowed, ProjectNotFound, InvalidValue, LabelExists."""
    require(project, command.actor, Right.LABEL)
    one_line(command.name, "/name")
    _only_one(project, command.name)
    return [_created(label_id, command.name, command.color)]


def update_label(project: Project, command: UpdateLabel) -> list[Event]:
    """
    The fields that really change. The state holds the label, one that has the new name, and the tasks with the label.

    Raises LabelNotFound, NotAllowed, InvalidValue, LabelExists.
    """
    label = visible(project, command.actor, project.labels.get(command.label_id), LabelNotFound)
    require(project, command.actor, Right.PLAN)
    wanted = command.changes.copy()
    if "name" in wanted:
        one_line(wanted["name"], "/name")
        _only_one(project, wanted["name"], but=label.id)
    if "color" in wanted:
        wanted["color"] = wanted["color"].lower()
    changes, before = differences(label, wanted)
    if not changes:
        return []
    patch = cast(LabelPatch, changes)
    return [LabelUpdated(label_id=label.id, changes=patch, before=cast(LabelPatch, before))]


def delete_label(project: Project, command: DeleteLabel) -> list[Event]:
    """The label is gone, from the tasks that the state holds first. Raises LabelNotFound, NotAllowed."""
    label = visible(project, command.actor, project.labels.get(command.label_id), LabelNotFound)
    require(project, command.actor, Right.PLAN)
    taken: list[Event] = [
        TaskUpdated(
            task_id=task.id,
            changes={"labels": tuple(name for name in task.labels if name != label.name)},
            before={"labels": task.labels},
        )
        for task in project.tasks.values()
        if label.name in task.labels and task.trashed_at is None
    ]
    return [*taken, LabelDeleted(label_id=label.id, name=label.name)]


def named(
    project: Project, wanted: Sequence[str], fresh_ids: Sequence[int]
) -> tuple[tuple[str, ...], list[LabelCreated]]:
    """
    The labels of these names as the project spells them, each once, and those that are made by this first use.

    The state holds the labels of these names; there are as many `fresh_ids` as names without one. Raises InvalidValue.
    """
    spelled = {label.folded: label.name for label in project.labels.values()}
    ids, made = iter(fresh_ids), list[LabelCreated]()
    for name in wanted:
        one_line(name, "/labels")
        if folded(name) not in spelled:
            spelled[folded(name)] = name
            made.append(_created(next(ids), name, None))
    return tuple(dict.fromkeys(spelled[folded(name)] for name in wanted)), made


def _created(label_id: int, name: str, color: str | None) -> LabelCreated:
    chosen = COLORS[label_id % len(COLORS)] if color is None else color.lower()
    return LabelCreated(label_id=label_id, name=name, color=chosen)


def _only_one(project: Project, name: str, *, but: int | None = None) -> None:
    for label in project.labels.values():
        if label.folded == folded(name) and label.id != but:
            raise LabelExists(label.name)
