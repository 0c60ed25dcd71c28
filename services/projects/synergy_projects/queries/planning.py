"""Questions about labels, milestones and sprints, with the progress of their tasks."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, Generic

from sqlalchemy import ColumnElement, Connection, Select, Table, Text, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import array

from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.decide.access import visible
from synergy_projects.domain.errors import (
    DomainError,
    LabelNotFound,
    MilestoneNotFound,
    ProjectNotFound,
    SprintNotFound,
)
from synergy_projects.domain.fields import MILESTONE_STATUSES, SPRINT_STATUSES
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Label, Milestone, Project, Sprint, Task
from synergy_projects.queries import lists, loading, views
from synergy_projects.queries.loading import Entity
from synergy_projects.queries.views import View

_T: Final = tables.tasks.c
_P: Final = tables.projects.c
_M: Final = tables.members.c


@dataclass(frozen=True, slots=True)
class Kind(Generic[Entity]):
    """
    One of the three: where it is, what it is called, and which tasks are its own, in the database (`theirs`, given the
    table's columns; `mine`, given one within its project) and in a state (`owns`).
    """

    table: Table
    state: type[Entity]
    missing: type[DomainError]
    view: Callable[[Entity, int, Counters], View]
    collection: str
    theirs: Callable[[Any], ColumnElement[bool]]
    mine: Callable[[Any], ColumnElement[bool]]
    owns: Callable[[Entity, Task], bool]
    order: dict[str, ColumnElement[Any]]

    def of(self, project: Project, entity_id: int) -> Entity | None:
        """It, where the state holds it."""
        found: Entity | None = getattr(project, self.collection).get(entity_id)
        return found

    def told(self, project: Project, entity_id: int) -> View:
        """Its view from a whole state, which has it."""
        entity: Entity = getattr(project, self.collection)[entity_id]
        return self.view(entity, project.id, project.counted(lambda task: self.owns(entity, task)))


def _with_label(name: Any) -> ColumnElement[bool]:
    return and_(_T.labels != lists.EMPTY, _T.labels.contains(array([cast(name, Text)])))


def _order(table: Table, *names: str, **more: ColumnElement[Any]) -> dict[str, ColumnElement[Any]]:
    return {name: table.c[name] for name in ("id", "name", "created_at", "updated_at", *names)} | more


LABELS: Final[Kind[Label]] = Kind(
    table=tables.labels,
    state=Label,
    missing=LabelNotFound,
    view=views.label,
    collection="labels",
    theirs=lambda columns: (_T.project_id == columns.project_id) & _with_label(columns.name),
    mine=lambda label: _with_label(label.name),
    owns=lambda label, task: label.name in task.labels,
    order=_order(tables.labels),
)
MILESTONES: Final[Kind[Milestone]] = Kind(
    table=tables.milestones,
    state=Milestone,
    missing=MilestoneNotFound,
    view=views.milestone,
    collection="milestones",
    theirs=lambda columns: _T.milestone == columns.id,
    mine=lambda milestone: _T.milestone == milestone.id,
    owns=lambda milestone, task: task.milestone == milestone.id,
    order=_order(tables.milestones, "due_date", status=lists.ranked(tables.milestones.c.status, MILESTONE_STATUSES)),
)
SPRINTS: Final[Kind[Sprint]] = Kind(
    table=tables.sprints,
    state=Sprint,
    missing=SprintNotFound,
    view=views.sprint,
    collection="sprints",
    theirs=lambda columns: _T.sprint == columns.id,
    mine=lambda sprint: _T.sprint == sprint.id,
    owns=lambda sprint, task: task.sprint == sprint.id,
    order=_order(
        tables.sprints,
        "start_date",
        "end_date",
        status=lists.ranked(tables.sprints.c.status, SPRINT_STATUSES),
    ),
)


def project_of(connection: Connection, kind: Kind[Any], entity_id: int) -> int:
    """In which project it is, whoever asks. Raises the kind's refusal for something unknown."""
    found = connection.execute(select(kind.table.c.project_id).where(kind.table.c.id == entity_id)).scalar()
    if found is None:
        raise kind.missing
    return int(found)


def read_one(connection: Connection, actor: Actor, kind: Kind[Entity], entity_id: int) -> View:
    """One that the actor may see. Raises the kind's refusal."""
    row = connection.execute(_with_counters(kind).where(kind.table.c.id == entity_id)).first()
    state = loading.project(connection, row.project_id, only=[actor.user_id]) if row else None
    if row is None or state is None:
        raise kind.missing
    return _view(kind, visible(state, actor, row, kind.missing))


def counters_of(connection: Connection, kind: Kind[Any], entity_id: int) -> Counters:
    """Sums over the tasks that are its own."""
    return _counters(connection.execute(_with_counters(kind).where(kind.table.c.id == entity_id)).one().counters)


def list_of(
    connection: Connection,
    actor: Actor,
    kind: Kind[Any],
    *,
    project: int | None = None,
    status: Collection[str] | None = None,
    search: str | None = None,
    ordering: str = "id",
    page: int = 1,
    page_size: int = 50,
) -> View:
    """
    Those of the projects the actor is in, or of one project, one page of them; the count is exact to 1,000.

    Raises ProjectNotFound for a project the actor may not see.
    """
    columns = kind.table.c
    where = [_within(connection, actor, columns.project_id, project)]
    where += [columns.status.in_(status)] if status else []
    where += [lists.found_in(search, columns.name)] if search else []
    ordered = lists.in_order(_with_counters(kind).where(*where), ordering, kind.order, columns.id)
    found = connection.execute(lists.paged(ordered, page, page_size)).all()
    counted = lists.count_up_to(connection, select(columns.id).where(*where))
    return {"count": counted, "results": [_view(kind, row) for row in found]}


def list_labels(connection: Connection, actor: Actor, **wanted: Any) -> View:
    """See `list_of`."""
    return list_of(connection, actor, LABELS, **wanted)


def list_milestones(connection: Connection, actor: Actor, **wanted: Any) -> View:
    """See `list_of`."""
    return list_of(connection, actor, MILESTONES, **wanted)


def list_sprints(connection: Connection, actor: Actor, **wanted: Any) -> View:
    """See `list_of`."""
    return list_of(connection, actor, SPRINTS, **wanted)


def read_label(connection: Connection, actor: Actor, label_id: int) -> View:
    """One label that the actor may see. Raises LabelNotFound."""
    return read_one(connection, actor, LABELS, label_id)


def read_milestone(connection: Connection, actor: Actor, milestone_id: int) -> View:
    """One milestone that the actor may see. Raises MilestoneNotFound."""
    return read_one(connection, actor, MILESTONES, milestone_id)


def read_sprint(connection: Connection, actor: Actor, sprint_id: int) -> View:
    """One sprint that the actor may see. Raises SprintNotFound."""
    return read_one(connection, actor, SPRINTS, sprint_id)


def _within(
    connection: Connection, actor: Actor, column: ColumnElement[int], project_id: int | None
) -> ColumnElement[bool]:
    seen = select(_P.id).where(_P.trashed_at.is_(None))
    if project_id is not None:
        seen = seen.where(_P.id == project_id)
    if project_id is None or not actor.superuser:
        seen = seen.join(tables.members, (_M.project_id == _P.id) & (_M.user_id == actor.user_id))
    if project_id is None:
        return column.in_(seen)
    if connection.execute(seen).first() is None:
        raise ProjectNotFound
    return column == project_id


def _with_counters(kind: Kind[Any]) -> Select[Any]:
    done = _T.status == literal("done")
    sums = func.json_build_array(
        func.coalesce(func.sum(_T.impact), 0),
        func.coalesce(func.sum(_T.impact).filter(done), 0),
        func.count(),
        func.count().filter(done),
    )
    own = select(sums).select_from(tables.tasks).where(_T.trashed_at.is_(None), kind.theirs(kind.table.c))
    return select(kind.table, own.correlate(kind.table).scalar_subquery().label("counters"))


def _counters(sums: list[int]) -> Counters:
    return Counters(*map(int, sums))


def _view(kind: Kind[Any], row: Any) -> View:
    return kind.view(loading.entity_from(kind.state, row), row.project_id, _counters(row.counters))
