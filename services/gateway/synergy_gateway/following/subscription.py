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


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as it is told: `body` is its JSON."""

    position: int
    project: int
    type: str
    body: bytes


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
    last position that was told. `ended` is why it is over, None while it is not.
    """

    __slots__ = ("_bytes", "_waiting", "_wake", "actor", "behind", "ended", "generation", "start", "wanted")

    def __init__(self, actor: Actor, generation: int, wanted: Wanted, *, start: int) -> None:
        self.actor = actor
        self.generation = generation
        self.wanted = wanted
        self.start = start
        self.behind = False
        self.ended: str | None = None
        self._waiting: deque[Happened] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()

    def push(self, event: Happened) -> None:
        """It happened, and the reader may see it."""
        if self.behind or not self.wanted.take(event):
            return
        self._waiting.append(event)
        self._bytes += len(event.body)
        if len(self._waiting) > MOST_WAITING or self._bytes > MOST_BYTES:
            self._forget()
            self.behind = True
        self._wake.set()

    def take(self, seen: Collection[int] | None) -> list[Happened]:
        """What waits, and waits no more; what is of a project that is not `seen` any more is left out."""
        taken = list(self._waiting)
        self._forget()
        return taken if seen is None else [event for event in taken if event.project in seen]

    def restart(self, position: int) -> None:
        """From here on everything is heard again; what was before must be read."""
        self._forget()
        self.start, self.behind = position, False

    def end(self, reason: str) -> None:
        """It is over."""
        self.ended = self.ended or reason
        self._wake.set()

    async def wait(self, seconds: float) -> bool:
        """Return when something waits, or it is over, or after so many seconds; whether anything came."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        came = self._wake.is_set()
        self._wake.clear()
        return came

    def _forget(self) -> None:
        self._waiting.clear()
        self._bytes = 0
