"""The data into the store of projects, and its read models out of it, by the product's own loader."""

import sys
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final

import psycopg

from synergy_chassis.store import engine
from synergy_local.servers.errand import run_errand
from synergy_projects.filling import Data, append, reserved

PUBLISHED: Final = """
    UPDATE store.relay SET position = (SELECT last_value FROM store.events_position)
"""
"""Everything counts as published: who follows has it from the log, and a million messages tell nothing new."""


def fill(data: Data, *, url: str, owner_url: str, environment: dict[str, str], workers: Executor,
         told: Callable[[str], None]) -> None:  # fmt: skip
    """
    Append every project of `data` to the empty store at `url`, where ids begin at 1, and make its rows.

    `owner_url` is the owner's address of the same database, `environment` what the service is told.
    """
    database = engine(url, pool_size=1, application_name="bench")
    if reserved(data, database) != data:
        raise RuntimeError("The store is not empty: its ids do not begin at 1.")
    database.dispose()
    append(data, url=url, workers=workers, told=lambda done, total: told(f"projects appended: {100 * done // total} %"))
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(PUBLISHED)
    told("making the rows")
    run_errand(
        [sys.executable, "-m", "synergy_projects", "rebuild"], env=environment, what="synergy rebuild", seconds=1_800
    )
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
