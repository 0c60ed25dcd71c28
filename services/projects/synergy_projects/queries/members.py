"""Questions about who is in a project."""

from sqlalchemy import Connection

from synergy_projects.domain.commands import Actor
from synergy_projects.domain.project import Project
from synergy_projects.queries import views
from synergy_projects.queries.people import people
from synergy_projects.queries.projects import visible_project
from synergy_projects.queries.views import View


def list_members(connection: Connection, actor: Actor, project_id: int, *, page: int = 1, page_size: int = 50) -> View:
    """The people in a project, the owner first, one page of them. Raises ProjectNotFound."""
    return page_of(connection, visible_project(connection, actor, project_id), page=page, page_size=page_size)


def page_of(connection: Connection, state: Project, *, page: int = 1, page_size: int = 50) -> View:
    """The people in this state of a project, the owner first, one page of them, with their names of today."""
    members = views.in_order(state)
    shown = members[(page - 1) * page_size : page * page_size]
    known = people(connection, [user_id for user_id, _ in shown])
    return {"count": len(members), "results": [views.membership(user_id, role, known) for user_id, role in shown]}
