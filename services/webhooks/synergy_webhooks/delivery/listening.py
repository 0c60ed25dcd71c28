"""Wakes the sender when deliveries were made. Missing a call costs a quarter of a second: the sender polls besides."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from psycopg import sql

from synergy_webhooks.delivery.link import AWAY, Link

LONGEST_PAUSE: Final = 1.0

log = structlog.get_logger(__name__)


async def listen(link: Link, channel: str, wake: Callable[[], None]) -> None:
    """Calls `wake` at every notification, and after every (re)connect; until it is cancelled."""
    pause = 0.1
    while True:
        try:
            connection = await link.connection()
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            wake()
            pause = 0.1
            async for _ in connection.notifies():
                wake()
        except AWAY as error:
            log.debug("not-listening", error=str(error).strip()[:300])
        await link.close()
        await asyncio.sleep(pause)
        pause = min(LONGEST_PAUSE, pause * 2)
