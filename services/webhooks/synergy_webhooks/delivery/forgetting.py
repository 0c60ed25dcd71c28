"""Drops the bytes of old deliveries, and what was answered; that they were sent, when and with which answer, stays."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from psycopg.sql import SQL

from synergy_webhooks.delivery import statements
from synergy_webhooks.delivery.link import AWAY, Connection, Link

EVERY: Final = 3_600.0
"""Seconds between two rounds."""
PORTION: Final = 1_000
"""Rows that are dropped in one transaction."""

log = structlog.get_logger(__name__)


async def forget(link: Link, kept: timedelta, *, every: float = EVERY) -> None:
    """Works at once and then now and again, until it is cancelled; several share the work."""
    while True:
        try:
            await forget_old(link, kept)
        except AWAY as error:
            log.warning("not-forgotten", error=str(error).strip()[:300])
        await asyncio.sleep(every)


async def forget_old(link: Link, kept: timedelta, *, portion: int = PORTION) -> None:
    """One round, in portions. Raises one of AWAY."""
    for statement in (statements.DROP_BODIES, statements.DROP_ANSWERS):
        work = partial(_portion, statement=statement, kept=kept, portion=portion)
        while await link.run(work) == portion:
            pass


async def _portion(connection: Connection, *, statement: SQL, kept: timedelta, portion: int) -> int:
    done = await connection.execute(statement, {"kept": kept, "portion": portion})
    return done.rowcount
