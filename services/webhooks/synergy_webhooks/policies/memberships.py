"""The people of the projects that a batch of events touches: read before, folded, written after."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import ARRAY, BigInteger, Connection, any_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.store import Constant, together
from synergy_contracts.envelope import StoredEvent
from synergy_webhooks.domain.audience import Project
from synergy_webhooks.policies import matching
from synergy_webhooks.tables import memberships, trashed_projects

Heard = tuple[StoredEvent, frozenset[int]]
"""An event, and the users who hear it."""
_PROJECTS: Final = bindparam("projects", type_=ARRAY(BigInteger))
_PEOPLE: Final = Constant(
    select(memberships.c.project_id, memberships.c.user_id, memberships.c.role).where(
        memberships.c.project_id == any_(_PROJECTS)
    )
)
_TRASHED: Final = Constant(
    select(trashed_projects.c.project_id).where(trashed_projects.c.project_id == any_(_PROJECTS))
)


def follow(events: Sequence[StoredEvent], rows: Connection) -> list[Heard]:
    """Folds the people on by these events of projects, and tells who hears each of them."""
    relevant = [event for event in events if event.stream.startswith(matching.PROJECT_STREAM)]
    projects = load(rows, {matching.project_id(event) for event in relevant})
    before = {project_id: replace(one, roles=dict(one.roles)) for project_id, one in projects.items()}
    heard = [(event, projects[matching.project_id(event)].audience(event.type, event.data)) for event in relevant]
    save(rows, before, projects)
    return heard


def load(rows: Connection, project_ids: Iterable[int]) -> dict[int, Project]:
    """The projects as they stand at the follower's position; one never heard of has nobody in it."""
    projects = {project_id: Project(project_id) for project_id in sorted(project_ids)}
    people, trashed = together(rows, *((question, {"projects": list(projects)}) for question in (_PEOPLE, _TRASHED)))
    for row in people:
        projects[row["project_id"]].roles[row["user_id"]] = row["role"]
    for row in trashed:
        projects[row["project_id"]].trashed = True
    return projects


def forget(rows: Connection) -> None:
    """Before the log is followed from its first event: whoever was known, is folded anew."""
    rows.execute(delete(memberships))
    rows.execute(delete(trashed_projects))


def save(rows: Connection, before: dict[int, Project], after: dict[int, Project]) -> None:
    """Writes what the events changed, and nothing else."""
    people = [
        {"project_id": project.project_id, "user_id": user_id, "role": role}
        for project in after.values()
        for user_id, role in project.roles.items()
        if before[project.project_id].roles.get(user_id) != role
    ]
    if people:
        statement = insert(memberships)
        rows.execute(
            statement.on_conflict_do_update(
                index_elements=["project_id", "user_id"], set_={"role": statement.excluded.role}
            ),
            people,
        )
    for project_id, project in after.items():
        gone = before[project_id].roles.keys() - project.roles.keys()
        if gone:
            left = (memberships.c.project_id == project_id) & memberships.c.user_id.in_(gone)
            rows.execute(delete(memberships).where(left))
        if project.trashed and not before[project_id].trashed:
            rows.execute(insert(trashed_projects).values(project_id=project_id).on_conflict_do_nothing())
        if before[project_id].trashed and not project.trashed:
            rows.execute(delete(trashed_projects).where(trashed_projects.c.project_id == project_id))
