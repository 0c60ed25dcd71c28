"""Asking the system's resolver. It blocks: the service calls it in a thread, so does the sender."""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic
from typing import Final, TypeAlias

Resolver: TypeAlias = Callable[[str, int], list[str]]
"""(host, port) → addresses; raises OSError when the name has none."""

AsyncResolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]

BUDGET: Final = timedelta(seconds=5)
"""How long a name may take."""

MOST_HUNG: Final = 4_096
"""Names that are remembered to have hung."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name in the system's order of preference, each once. Raises OSError when there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class NameTooSlow(TimeoutError):
    """The name was not found in time; `str()` says so."""


class Names:
    """
    The same for asyncio: lookups run in threads of their own, those of one name are shared while they last, and nobody
    waits longer than the budget.

    A lookup that hangs keeps its thread until the resolver gives up. There are `at_once` threads, more than a sender
    has attempts under way, so that a name that is found at once need not wait for others that are not; and names that
    hung when they were asked for last have `hanging` of their own, so that they hold no others up again and again.

    Raises NameTooSlow, and OSError like `resolve`.
    """

    def __init__(
        self, lookup: Resolver = resolve, *, budget: timedelta = BUDGET, at_once: int = 448, hanging: int = 32
    ) -> None:
        self._lookup = lookup
        self._budget = budget.total_seconds()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="names")
        self._hanging = ThreadPoolExecutor(hanging, thread_name_prefix="hanging-names")
        self._hung: OrderedDict[str, None] = OrderedDict()
        self._asked: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def __call__(self, host: str, port: int) -> list[str]:
        key = host, port
        asked = self._asked.get(key)
        if asked is None:
            threads = self._hanging if host in self._hung else self._threads
            asked = asyncio.get_running_loop().run_in_executor(threads, self._timed, host, port)
            self._asked[key] = asked
            asked.add_done_callback(lambda done: self._forget(key, done))
        try:
            async with asyncio.timeout(self._budget) as patience:
                return await asyncio.shield(asked)
        except TimeoutError:
            if not patience.expired():  # the resolver says so
                raise
            self._hangs(host)
            raise NameTooSlow(f"The host's name was not found (DNS) within {self._budget:g} s.") from None

    def close(self) -> None:
        """Leaves lookups that hang to themselves."""
        for threads in (self._threads, self._hanging):
            threads.shutdown(wait=False, cancel_futures=True)

    def _timed(self, host: str, port: int) -> list[str]:
        """In a thread. Who is answered in time once more is trusted again."""
        begun = monotonic()
        try:
            return self._lookup(host, port)
        finally:
            if monotonic() - begun < self._budget:
                self._hung.pop(host, None)

    def _hangs(self, host: str) -> None:
        self._hung[host] = None
        if len(self._hung) > MOST_HUNG:
            self._hung.popitem(last=False)

    def _forget(self, key: tuple[str, int], done: asyncio.Future[list[str]]) -> None:
        self._asked.pop(key, None)
        if not done.cancelled():
            done.exception()
