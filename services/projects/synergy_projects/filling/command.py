"""`python -m synergy_projects fill`: the data of a size, with progress."""

import json
import os
import sys
from collections.abc import Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Final

from synergy_chassis.environment import text
from synergy_chassis.store import engine
from synergy_chassis.store.commands import bar
from synergy_chassis.store.rebuild import rebuild
from synergy_projects.filling.data import Data
from synergy_projects.filling.store import append, reserved
from synergy_projects.projections import ProjectModel

AT_ONCE: Final = 2
WORTH_PROCESSES: Final = 1_000
"""Tasks."""


def fill(env: Mapping[str, str], *, owners: str, projects: int, tasks: int, as_json: bool) -> int:
    """
    So many projects with so many tasks in all, owned by the users with these ids in turn; the exit code.

    Raises MissingSetting, StoreUnavailable; ValueError for owners or numbers that cannot be.
    """
    users = tuple(int(owner) for owner in owners.split(","))
    if not 0 < projects <= tasks or len(users) > projects:
        raise ValueError("There is a task at least for each project, and a project for each owner.")
    url = text(env, "PROJECTS_DATABASE_URL")
    database = engine(url, pool_size=2, application_name="projects fill", patient=True)
    try:
        data = reserved(Data(users=users, projects=projects, tasks=tasks), database)
        with _workers(data) as workers, bar("Appending projects", hidden=as_json) as told:
            append(data, url=url, workers=workers, told=told)
        with bar("Making their rows", hidden=as_json) as told:
            rebuild(database, ProjectModel(), progress=told)
    finally:
        database.dispose()
    made = {"projects": data.projects, "tasks": data.tasks_in_all, "first_project": data.first_project}
    said = json.dumps(made) if as_json else f"{data.projects:,} projects, {data.tasks_in_all:,} tasks."
    sys.stdout.write(f"{said}\n")
    return os.EX_OK


def _workers(data: Data) -> Executor:
    """Processes where there is work for some: to start them takes as long as to append a thousand tasks."""
    if data.tasks_in_all < WORTH_PROCESSES:
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn"))
