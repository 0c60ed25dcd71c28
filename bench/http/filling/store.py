"""Histories into the store of projects by its bulk path, and its read models out of them by a rebuild."""

import sys
from collections.abc import Callable
from concurrent.futures import Executor, as_completed
from typing import Final

import psycopg

from bench.http.filling.data import Data
from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import Appender, CommandContext, engine
from synergy_chassis.store.bulk import BulkAppender
from synergy_local.servers.errand import run_errand
from synergy_projects.projections import CODEC

SHARES: Final = 20
"""Parts of the work, so that somebody sees it go on."""
PUBLISHED: Final = """
    UPDATE store.relay SET position = (SELECT last_value FROM store.events_position)
"""
"""Everything counts as published: who follows has it from the log, and a million messages tell nothing new."""
_MANY: Final = 400
"""Events from which on the bulk path pays."""


def fill(data: Data, *, url: str, owner_url: str, environment: dict[str, str], workers: Executor,
         told: Callable[[str], None]) -> None:  # fmt: skip
    """
    Append every project of `data` to the empty store at `url`, and make its rows.

    `owner_url` is the owner's address of the same database, `environment` what the service is told.
    """
    share = -(-data.projects // SHARES)
    parts = [
        workers.submit(append, data, url, first, min(first + share, data.projects + 1))
        for first in range(1, data.projects + 1, share)
    ]
    for number, part in enumerate(as_completed(parts), start=1):
        part.result()
        told(f"projects appended: {100 * number // len(parts)} %")
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(PUBLISHED)
    told("making the rows")
    run_errand(
        [sys.executable, "-m", "synergy_projects", "rebuild"], env=environment, what="synergy rebuild", seconds=1_800
    )
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("SELECT setval('project_ids', %s), setval('task_ids', %s)",
                      (data.projects, data.projects * data.tasks_each))  # fmt: skip
        owner.execute("VACUUM ANALYZE")


def append(data: Data, url: str, first: int, end: int) -> None:
    """Append the projects with these numbers, the last one left out."""
    database = engine(url, pool_size=1, application_name="bench")
    appender, bulk = Appender(database, SystemClock()), BulkAppender(database, SystemClock())
    for project in range(first, end):
        context = CommandContext(command_id=new_id(), actor_id=data.owner(project), request_id=None)
        events = list(map(CODEC.encode, data.history(project)))
        if len(events) > _MANY:
            bulk.append(f"project-{project}", events, context, mode="no_stream")
        else:
            appender.append(f"project-{project}", events, context, mode="no_stream")
    database.dispose()
