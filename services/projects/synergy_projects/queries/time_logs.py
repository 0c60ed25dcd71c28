"""Questions about time."""

from sqlalchemy import Connection, select

from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.queries import lists, loading, views
from synergy_projects.queries.people import people
from synergy_projects.queries.tasks import visible_task
from synergy_projects.queries.views import View

_L = tables.time_logs.c
_ORDER = {"id": _L.id, "spent_on": _L.spent_on}


def list_time_logs(
    connection: Connection,
    actor: Actor,
    task_id: int,
    *,
    user: int | None = None,
    ordering: str = "id",
    page: int = 1,
    page_size: int = 50,
) -> View:
    """The time spent on a task, one page of the entries; the count is exact. Raises TaskNotFound."""
    project_id, _ = visible_task(connection, actor, task_id)
    wanted = loading.of_time_logs.where(_L.task_id == task_id)
    if user is not None:
        wanted = wanted.where(_L.user_id == user)
    ordered = lists.paged(lists.in_order(wanted, ordering, _ORDER, _L.id), page, page_size)
    found = [loading.time_log_from(row) for row in connection.execute(ordered)]
    known = people(connection, {one.user_id for one in found})
    return {
        "count": lists.count(connection, wanted),
        "results": [views.time_log(one, project_id, known) for one in found],
    }


def read_timer(connection: Connection, actor: Actor) -> View:
    """The actor's timer, wherever it runs."""
    columns = tables.timers.c
    row = connection.execute(select(tables.timers).where(columns.user_id == actor.user_id)).first()
    running = None if row is None else {"project": row.project_id, "task": row.task_id, "started_at": row.started_at}
    return {"running": running}
