"""Questions about who is in a project."""

from sqlalchemy import Connection

from synergy_projects.domain.commands import Actor
from synergy_projects.queries import views
from synergy_projects.queries.people import people
from synergy_projects.queries.projects import visible_project
from synergy_projects.queries.views import View


def list_members(connection: Connection, actor: Actor, project_id: int, *, page: int = 1, page_size: int = 50) -> View:
    """The people in a project, the owner first, one page of them. Raises ProjectNotFound."""
    members = views.in_order(visible_project(connection, actor, project_id))
    shown = members[(page - 1) * page_size : page * page_size]
    known = people(connection, [user_id for user_id, _ in shown])
    return {"count": len(members), "results": [views.membership(user_id, role, known) for user_id, role in shown]}
