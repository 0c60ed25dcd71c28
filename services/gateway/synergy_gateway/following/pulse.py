"""Looks after all streams of a process: who was told nothing for long, and who takes nothing."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Final, Protocol

import structlog

log = structlog.get_logger(__name__)

EVERY: Final = 0.25
"""Seconds between two looks."""


class Looked(Protocol):
    """A stream: `synergy_gateway.following.stream.EventStream`."""

    def look(self, now: float) -> None: ...


class Pulse:
    """`streams` tells those that are open."""

    def __init__(self, streams: Callable[[], Iterable[Looked]]) -> None:
        self._streams = streams

    async def keep(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            now = time.monotonic()
            try:
                for one in tuple(self._streams()):
                    one.look(now)
            except Exception:  # it must go on, whatever this was
                log.exception("streams-not-looked-after")
