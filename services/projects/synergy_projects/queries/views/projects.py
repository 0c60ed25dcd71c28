"""Projects as clients see them."""

from collections.abc import Iterable

from synergy_projects.domain.commands import Actor
from synergy_projects.domain.project import Project
from synergy_projects.queries.views.members import in_order, membership
from synergy_projects.queries.views.shared import People, View, person


def project(state: Project, people: People) -> View:
    """The project as all its members see it, so without a caller's role. The state holds all members."""
    return {
        "id": state.id,
        "name": state.name,
        "description": state.description,
        "status": state.status,
        "priority": state.priority,
        "start_date": state.start_date,
        "end_date": state.end_date,
        "budget": state.budget,
        "owner": person(state.owner_id, people),
        "team_members": [membership(user_id, role, people) for user_id, role in in_order(state)],
        "progress": state.counters.progress,
        "task_count": state.counters.task_count,
        "completed_task_count": state.counters.completed_task_count,
        "version": state.version,
        "revision": state.revision,
        "archived": state.archived_at is not None,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }


def for_caller(state: Project, actor: Actor, people: People) -> View:
    """The project as this caller sees it. A superuser from outside is shown the rights of an owner."""
    return project(state, people) | {"role": state.members.get(actor.user_id, "owner")}


def everyone(projects: Iterable[Project]) -> set[int]:
    """The ids of all people that the projects' views show."""
    return {user_id for state in projects for user_id in (state.owner_id, *state.members)}
