"""Equal reads at one time share a call, if it begins after each of them has asked."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from datetime import timedelta
from typing import Final, Generic, TypeVar

from synergy_chassis.bus.errors import RpcTimeout
from synergy_gateway import measures

T = TypeVar("T")

LONGEST_WAIT: Final = 0.25
"""Seconds after which the next call begins although the one before has no answer: it may never get one."""


class SharedReads(Generic[T]):
    """
    While a call for a key is under way, one more waits for its end, or `longest_wait` seconds; who asks meanwhile joins
    the waiting one.

    So what anybody is told was read after they asked, as if each had asked alone; and however many ask for the same,
    the service hears one call after the other. Calls go on when those who wait for them are gone.
    """

    def __init__(self, *, longest_wait: float = LONGEST_WAIT) -> None:
        self._longest_wait = longest_wait
        self._running: dict[Hashable, asyncio.Task[T]] = {}
        self._waiting: dict[Hashable, asyncio.Task[T]] = {}

    async def ask(self, key: Hashable, call: Callable[[], Awaitable[T]], *, deadline: timedelta) -> T:
        """What `call` answers, or an equal one that begins after now. Raises what it raises, and RpcTimeout."""
        if key in self._waiting:
            return await self.join(key, deadline=deadline)
        return await _answer(self._begun(key, call), deadline)

    def joinable(self, key: Hashable) -> bool:
        """Whether a call for this key waits to begin."""
        return key in self._waiting

    async def join(self, key: Hashable, *, deadline: timedelta) -> T:
        """What the call answers that waits to begin; there must be one. Raises as `ask`."""
        measures.shared_reads.inc()
        return await _answer(self._waiting[key], deadline)

    def _begun(self, key: Hashable, call: Callable[[], Awaitable[T]]) -> asyncio.Task[T]:
        before = self._running.get(key)
        task = asyncio.create_task(self._run(key, call, before), name="shared read")
        task.add_done_callback(_heard)
        (self._running if before is None else self._waiting)[key] = task
        return task

    async def _run(self, key: Hashable, call: Callable[[], Awaitable[T]], before: asyncio.Task[T] | None) -> T:
        if before is not None:
            await asyncio.wait([before], timeout=self._longest_wait)
            self._running[key] = self._waiting.pop(key)  # from here on nobody joins
        try:
            return await call()
        finally:
            if self._running.get(key) is asyncio.current_task():
                del self._running[key]


async def _answer(task: asyncio.Task[T], deadline: timedelta) -> T:
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            return await asyncio.shield(task)
    except TimeoutError:
        raise RpcTimeout("Equal reads that were asked before this one took too long.") from None


def _heard(task: asyncio.Task[T]) -> None:
    """An error is told to those who wait; where nobody does any more, it is not an unheard one."""
    if not task.cancelled():
        task.exception()
