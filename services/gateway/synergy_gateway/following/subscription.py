"""One reader of the feed: what waits for it, and whether it reads fast enough."""

import asyncio
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from synergy_contracts.envelope import Actor

MOST_WAITING: Final = 200
"""Events that wait for a reader; one that is further behind reads the log itself, at its own pace."""
MOST_BYTES: Final = 256 * 1024
"""The same in bytes."""
PIECE: Final = 64 * 1024
"""Bytes that are sent at a time, and one event at least: what was sent to a slow client lies in our memory."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as it is told: `line` is how a stream says it, made once for all streams."""

    position: int
    project: int
    type: str
    line: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a reader wants: of one project or of all it may see, of all types or of these."""

    types: frozenset[str] | None = None
    project: int | None = None

    def take(self, event: Happened) -> bool:
        """Whether it is one of them."""
        return (self.project is None or event.project == self.project) and (
            self.types is None or event.type in self.types
        )


class Subscription:
    """
    Gets what happens after `start`. `behind` says that some of it went unheard, so that the log must be read from the
    last position that was told; `stirred` that its stream is to say something though nothing happened. `ended` is why
    it is over, None while it is not.
    """

    __slots__ = (
        "_bytes", "_sleeping", "_waiting", "actor", "behind", "ended", "generation", "start", "stirred", "wanted",
    )  # fmt: skip

    def __init__(self, actor: Actor, generation: int, wanted: Wanted, *, start: int) -> None:
        self.actor = actor
        self.generation = generation
        self.wanted = wanted
        self.start = start
        self.behind = False
        self.stirred = False
        self.ended: str | None = None
        self._waiting: deque[Happened] = deque()
        self._bytes = 0
        self._sleeping: asyncio.Future[None] | None = None

    def push(self, event: Happened) -> None:
        """It happened, and the reader may see it."""
        if self.behind or not self.wanted.take(event):
            return
        self._waiting.append(event)
        self._bytes += len(event.line)
        if len(self._waiting) > MOST_WAITING or self._bytes > MOST_BYTES:
            self._forget()
            self.behind = True
        self._wake()

    def take(self, seen: Collection[int] | None) -> list[Happened]:
        """
        A piece of what waits, and waits no more; what is of a project that is not `seen` any more is left out.
        """
        taken: list[Happened] = []
        size = 0
        while self._waiting and (not taken or size + len(self._waiting[0].line) <= PIECE):
            event = self._waiting.popleft()
            self._bytes -= len(event.line)
            if seen is None or event.project in seen:
                taken.append(event)
                size += len(event.line)
        return taken

    def restart(self, position: int) -> None:
        """From here on everything is heard again; what was before must be read."""
        self._forget()
        self.start, self.behind = position, False

    def stir(self) -> None:
        """Nothing was said for long."""
        self.stirred = True
        self._wake()

    def end(self, reason: str) -> None:
        """It is over."""
        self.ended = self.ended or reason
        self._wake()

    async def come(self) -> None:
        """Return when there is something to do: something waits, or it is behind, stirred or over."""
        if self._waiting or self.behind or self.stirred or self.ended is not None:
            return
        self._sleeping = asyncio.get_running_loop().create_future()
        try:
            await self._sleeping
        finally:
            self._sleeping = None

    async def wait(self, seconds: float) -> bool:
        """
        The same for who reads the log whenever something happened: whether it did within so many seconds. What waits is
        thrown away.
        """
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.come()
                    return True
            return False
        finally:
            self._forget()
            self.behind = False

    def _wake(self) -> None:
        if self._sleeping is not None and not self._sleeping.done():
            self._sleeping.set_result(None)

    def _forget(self) -> None:
        self._waiting.clear()
        self._bytes = 0
