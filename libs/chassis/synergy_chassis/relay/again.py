"""What a relay does beside publishing, again and again."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
import structlog

from synergy_chassis.conninfo import conninfo

log = structlog.get_logger(__name__)

STATEMENT: Final = 5
"""Seconds that one statement of a duty may take, and one attempt to connect."""
LINGER: Final = 7.0
"""Seconds, from the end of publishing, until duties that have not ended are left where they are."""


@dataclass(frozen=True, slots=True)
class Duty:
    """
    `work`, at once and then `every` so many seconds, in a thread of its own. It must not raise. It looks at the event
    it is given between any two steps, comes to its end when that is set, and may be killed within a step.
    """

    name: str
    every: float
    work: Callable[[threading.Event], None]


@asynccontextmanager
async def done_beside(*duties: Duty, stopping: threading.Event) -> AsyncIterator[None]:
    """Do the duties within the block, or until `stopping` is set; leaving takes LINGER seconds at most."""
    threads = [threading.Thread(target=_again, args=(duty, stopping), name=duty.name, daemon=True) for duty in duties]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        end = time.monotonic() + LINGER
        for thread in threads:
            await asyncio.to_thread(thread.join, max(0.0, end - time.monotonic()))
            if thread.is_alive():
                log.warning("left-undone", duty=thread.name)


def _again(duty: Duty, stopping: threading.Event) -> None:
    while not stopping.is_set():
        duty.work(stopping)
        stopping.wait(duty.every)


def connected(database_url: str, name: str) -> psycopg.Connection[Any]:
    """
    A session in autocommit that holds a duty up for no longer than a stop may take, unless its address says otherwise.

    Raises psycopg.Error.
    """
    address = conninfo(
        database_url,
        application_name=name,
        connect_timeout=STATEMENT,
        tcp_user_timeout=STATEMENT * 1000,
        options=f"-c timezone=UTC -c statement_timeout={STATEMENT}s",
    )
    return psycopg.connect(address, autocommit=True)
