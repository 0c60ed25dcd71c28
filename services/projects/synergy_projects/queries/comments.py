"""Questions about comments."""

from collections.abc import Collection

from sqlalchemy import ARRAY, Connection, Text, any_, bindparam, func, select

from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.queries import lists, loading, views
from synergy_projects.queries.people import people
from synergy_projects.queries.tasks import visible_task
from synergy_projects.queries.views import View


def list_comments(
    connection: Connection,
    actor: Actor,
    task_id: int,
    *,
    ordering: str = "created_at",
    page: int = 1,
    page_size: int = 50,
) -> View:
    """What was said about a task, one page of it. Raises TaskNotFound."""
    project_id, task = visible_task(connection, actor, task_id)
    columns = tables.comments.c
    by_id = columns.id.desc() if ordering.startswith("-") else columns.id.asc()  # ids grow with the time
    wanted = loading.of_comments.where(columns.task_id == task_id).order_by(by_id)
    found = [loading.comment_from(row) for row in connection.execute(lists.paged(wanted, page, page_size))]
    known = people(connection, views.in_comments(found))
    return {"count": task.comment_count, "results": [views.comment(one, project_id, known) for one in found]}


def members_named(
    connection: Connection, project_id: int, names: Collection[str], *, beside: Collection[int] = ()
) -> dict[str, int]:
    """
    Ids of the project's members, and of the users `beside`, who have these names in lower case.

    No statement if nobody is asked for.
    """
    if not names:
        return {}
    name = func.lower(tables.people.c.username)
    inside = select(tables.members.c.user_id).where(tables.members.c.project_id == project_id)
    found = connection.execute(
        select(name, tables.people.c.id).where(
            name == any_(bindparam(None, list(names), type_=ARRAY(Text))),
            tables.people.c.id.in_(inside) | tables.people.c.id.in_(list(beside)),
        )
    )
    return {row[0]: row[1] for row in found}
