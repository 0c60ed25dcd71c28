"""Histories into the store by its bulk path; their rows are made of them by a rebuild."""

from collections.abc import Callable
from concurrent.futures import Executor, as_completed
from dataclasses import replace
from typing import Final

from sqlalchemy import Engine, Sequence, func, select

from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import Appender, BulkAppender, CommandContext, engine
from synergy_projects import tables
from synergy_projects.filling.data import Data
from synergy_projects.projections import CODEC

SHARES: Final = 20
"""Parts of the work, so that somebody sees it go on."""
_MANY: Final = 400
"""Events from which on the bulk path pays."""


def reserved(data: Data, database: Engine) -> Data:
    """The same with ids that nothing else has, and that follow each other."""
    projects = _reserve(database, tables.project_ids, data.projects)
    return replace(data, first_project=projects, first_task=_reserve(database, tables.task_ids, data.tasks_in_all))


def append(data: Data, *, url: str, workers: Executor, told: Callable[[int, int], None]) -> None:
    """
    Append every project of `data` to the store at `url`, where none of them is. Their rows are to be made by a rebuild
    then. `told` is called with (projects done, projects in all).
    """
    share = -(-data.projects // SHARES)
    parts = {
        workers.submit(append_some, data, url, first, min(first + share, data.projects + 1)): first
        for first in range(1, data.projects + 1, share)
    }
    done = 0
    for part in as_completed(parts):
        done += part.result()
        told(done, data.projects)


def append_some(data: Data, url: str, first: int, end: int) -> int:
    """Append the projects with these numbers, the last one left out; how many there were."""
    database = engine(url, pool_size=1, application_name="projects fill")
    appender, bulk = Appender(database, SystemClock()), BulkAppender(database, SystemClock())
    for project in range(first, end):
        context = CommandContext(command_id=new_id(), actor_id=data.owner(project), request_id=None)
        events = list(map(CODEC.encode, data.history(project)))
        stream = f"project-{data.id_of(project)}"
        if len(events) > _MANY:
            bulk.append(stream, events, context, mode="no_stream")
        else:
            appender.append(stream, events, context, mode="no_stream")
    database.dispose()
    return end - first


def _reserve(database: Engine, sequence: Sequence, count: int) -> int:
    """The first of so many ids that follow each other. Where others take some meanwhile, it takes as many anew."""
    numbers = func.generate_series(1, count).table_valued("number")
    taken = select(sequence.next_value().label("id")).select_from(numbers).subquery()
    while True:
        with database.begin() as connection:
            first, last = connection.execute(select(func.min(taken.c.id), func.max(taken.c.id))).one()
        if last - first + 1 == count:
            return int(first)
