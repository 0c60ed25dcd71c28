"""Who is in a project, as clients see it."""

from synergy_projects.domain.fields import Role
from synergy_projects.domain.project import Project
from synergy_projects.queries.views.shared import People, View, person


def membership(user_id: int, role: Role, people: People) -> View:
    """One person in a project."""
    return {"user": person(user_id, people), "role": role}


def in_order(state: Project) -> list[tuple[int, Role]]:
    """The members, the owner first, then by id."""
    return sorted(state.members.items(), key=lambda member: (member[0] != state.owner_id, member[0]))
