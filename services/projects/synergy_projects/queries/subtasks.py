"""Questions about the steps of a task."""

from sqlalchemy import Connection

from synergy_projects.domain.commands import Actor
from synergy_projects.queries import views
from synergy_projects.queries.tasks import visible_task
from synergy_projects.queries.views import View


def list_subtasks(connection: Connection, actor: Actor, task_id: int, *, page: int = 1, page_size: int = 50) -> View:
    """The steps of a task in their order, one page of them. Raises TaskNotFound."""
    _, task = visible_task(connection, actor, task_id)
    found = list(task.subtasks.values())
    shown = found[(page - 1) * page_size : page * page_size]
    return {"count": len(found), "results": [views.subtask(one) for one in shown]}
