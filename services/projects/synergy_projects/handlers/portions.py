"""The rows of a project that is appended portion by portion, each with the rows of what it is about."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, delete, func, update

from synergy_chassis.store import RecordedEvent, Writer
from synergy_projects import projections, tables
from synergy_projects.domain.events import (
    Event,
    MilestoneCreated,
    ProjectCreated,
    ProjectImported,
    SprintCreated,
    TaskCreated,
)
from synergy_projects.domain.project import Milestone, Project, Sprint, evolve
from synergy_projects.handlers.desk import Desk
from synergy_projects.queries import loading
from synergy_projects.queries.people import among

_CREATED: Final = {TaskCreated: "task_id", MilestoneCreated: "milestone_id", SprintCreated: "sprint_id"}


class Portions:
    """Writes the rows of a project's portions; `told` is called before each with how many tasks are there already."""

    def __init__(self, desk: Desk, import_id: UUID, project_id: int, told: Callable[[int], None]) -> None:
        self._desk = desk
        self._import_id = import_id
        self._project_id = project_id
        self._told = told

    def rows(self, recorded: Sequence[RecordedEvent], writer: Writer) -> None:
        """Queue the writes that follow from these events; after the last one of all the import is done."""
        events: list[Event] = [self._desk.codec.decode(stored) for stored in recorded]
        project = None if isinstance(events[0], ProjectCreated) else self._state(events)
        before = projections.rows(project)
        self._told(project.counters.task_count if project else 0)
        for event, stored in zip(events, recorded, strict=True):
            project = evolve(project, event, version=stored.version, at=stored.recorded_at)
        time.sleep(0)  # whoever shares the process with this is served
        projections.queue(projections.writes(before, projections.rows(project)), writer)
        if project is not None and isinstance(events[-1], ProjectImported):
            self._done(project, recorded[-1], writer)

    def _state(self, events: Sequence[Event]) -> Project:
        """What the events are about, as far as they do not make it themselves."""
        with self._desk.uow.reading() as connection:
            project = loading.project(connection, self._project_id, only=())
            if project is None:
                raise LookupError(f"project-{self._project_id} has no project.")
            self._load(connection, project, events)
        return project

    def _load(self, connection: Connection, project: Project, events: Sequence[Event]) -> None:
        t, m, s = tables.tasks.c, tables.milestones.c, tables.sprints.c
        if task_ids := _older(events, "task_id"):
            project.tasks = loading.tasks(connection, t.project_id == project.id, among(t.id, task_ids))
        if milestone_ids := _older(events, "milestone_id"):
            own = m.project_id == project.id, among(m.id, milestone_ids)
            project.milestones = loading.entities(connection, tables.milestones, Milestone, *own)
        if sprint_ids := _older(events, "sprint_id"):
            own = s.project_id == project.id, among(s.id, sprint_ids)
            project.sprints = loading.entities(connection, tables.sprints, Sprint, *own)

    def _done(self, project: Project, last: RecordedEvent, writer: Writer) -> None:
        imports, parts = tables.imports, tables.import_parts
        values: dict[str, Any] = {
            "status": "done", "done": project.counters.task_count, "finished_at": last.recorded_at, "people": None,
            "reserved": None, "held_until": func.now(),
        }  # fmt: skip
        writer.execute(update(imports).where(imports.c.id == self._import_id).values(values))
        writer.execute(delete(parts).where(parts.c.import_id == self._import_id))


def _older(events: Iterable[Event], field: str) -> set[int]:
    """The ids in this field of what none of the events makes."""
    made = {getattr(event, field) for event in events if _CREATED.get(type(event)) == field}
    return {getattr(event, field) for event in events if hasattr(event, field)} - made
