"""What commands on labels, milestones and sprints have in common."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Sequence

from synergy_chassis.store import CommandContext
from synergy_projects import tables
from synergy_projects.domain.errors import ProjectNotFound
from synergy_projects.domain.events import Event
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Project
from synergy_projects.handlers.desk import Desk, stream_of
from synergy_projects.queries import loading, planning
from synergy_projects.queries.loading import Entity
from synergy_projects.queries.planning import Kind
from synergy_projects.queries.views import View

Load = Callable[[Connection, Project], None]
"""Reads more of a project into its state: what the decision is to know."""
_T: Final = tables.tasks.c


def make(
    kind: Kind[Entity],
    sequence: Sequence,
    command: Any,
    decide: Callable[[Project, int], list[Event]],
    *,
    context: CommandContext,
    desk: Desk,
    load: Load | None = None,
) -> View:
    """A new one, under an id of the sequence that `decide` is given. Raises ProjectNotFound, and what it refuses."""
    asked = loading.project_and_next_id(command.project_id, sequence, only=[command.actor.user_id])
    with desk.locked(command.project_id, context, also=[asked]) as stream:
        seen = stream.seen
        if seen is None:
            project, entity_id = loading.project_and_id_from(stream.also[0])
            if project is None:
                raise ProjectNotFound
            if load is not None:
                load(stream.rows, project)
            changed = desk.record(stream, project, decide(project, entity_id), {"id": entity_id})
            made = kind.of(changed, entity_id)
    if seen is not None:
        return _again(desk, kind, command.project_id, seen["id"], seen["version"])
    assert made is not None
    return kind.view(made, command.project_id, Counters())


def change(
    kind: Kind[Entity],
    entity_id: int,
    command: Any,
    decide: Callable[[Project], list[Event]],
    *,
    context: CommandContext,
    desk: Desk,
    load: Load | None = None,
) -> View:
    """It after a command; None once it is gone. Raises the kind's refusal, and what `decide` refuses."""
    with desk.uow.glancing() as connection:
        project_id = planning.project_of(connection, kind, entity_id)
    with desk.locked(project_id, context, missing=kind.missing) as stream:
        seen = stream.seen
        if seen is None:
            project = _loaded(stream.rows, kind, project_id, entity_id, command.actor.user_id)
            if load is not None:
                load(stream.rows, project)
            before = _own(kind, project, entity_id)
            events = decide(project)
            counters = planning.counters_of(stream.rows, kind, entity_id)
            changed = desk.record(stream, project, events)
            entity, after = kind.of(changed, entity_id), _own(kind, changed, entity_id)
    if seen is not None:
        return _again(desk, kind, project_id, entity_id, seen["version"])
    assert entity is not None
    moved = (held + now - then for held, now, then in zip(counters, after, before, strict=True))
    return kind.view(entity, project_id, Counters(*moved))


def remove(
    kind: Kind[Any],
    entity_id: int,
    command: Any,
    decide: Callable[[Project], list[Event]],
    *,
    context: CommandContext,
    desk: Desk,
) -> None:
    """It is gone, and no task has it. Raises the kind's refusal for an unknown one, and what `decide` refuses."""
    with desk.uow.glancing() as connection:
        project_id = planning.project_of(connection, kind, entity_id)
    with desk.locked(project_id, context, missing=kind.missing) as stream:
        if stream.seen is None:
            project = _loaded(stream.rows, kind, project_id, entity_id, command.actor.user_id)
            own_tasks(kind, entity_id)(stream.rows, project)
            desk.record(stream, project, decide(project))


def own_tasks(kind: Kind[Any], entity_id: int, *where: ColumnElement[bool]) -> Load:
    """Reads the tasks that are its own, and of which all of this is true."""

    def load(rows: Connection, project: Project) -> None:
        entity = kind.of(project, entity_id)
        if entity is not None:
            project.tasks |= loading.tasks(rows, _T.project_id == project.id, kind.mine(entity), *where)

    return load


def _loaded(rows: Connection, kind: Kind[Entity], project_id: int, entity_id: int, user_id: int) -> Project:
    project = loading.project(rows, project_id, only=[user_id])
    if project is None:
        raise kind.missing
    columns = kind.table.c
    found = loading.entities(rows, kind.table, kind.state, columns.project_id == project_id, columns.id == entity_id)
    setattr(project, kind.collection, found)
    return project


def _own(kind: Kind[Entity], project: Project, entity_id: int) -> Counters:
    entity = kind.of(project, entity_id)
    return Counters() if entity is None else project.counted(lambda task: kind.owns(entity, task))


def _again(desk: Desk, kind: Kind[Any], project_id: int, entity_id: int, version: int) -> View:
    with desk.uow.reading() as connection, desk.histories.at(connection, stream_of(project_id), version) as project:
        if project is None or kind.of(project, entity_id) is None:
            raise kind.missing
        return kind.told(project, entity_id)
