"""Asking the system's resolver. It blocks: the service calls it in a thread, so does the sender."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final, TypeAlias

Resolver: TypeAlias = Callable[[str, int], list[str]]
"""(host, port) → addresses; raises OSError when the name has none."""

AsyncResolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]

BUDGET: Final = timedelta(seconds=5)
"""How long a name may take."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name in the system's order of preference, each once. Raises OSError when there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Names:
    """
    The same for asyncio: lookups run in threads of their own, those of one name are shared while they last, and
    nobody waits
    longer than the budget. Raises TimeoutError, and OSError like `resolve`.
    """

    def __init__(self, lookup: Resolver = resolve, *, budget: timedelta = BUDGET, at_once: int = 64) -> None:
        self._lookup = lookup
        self._budget = budget.total_seconds()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="names")
        self._asked: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def __call__(self, host: str, port: int) -> list[str]:
        key = host, port
        asked = self._asked.get(key)
        if asked is None:
            asked = asyncio.get_running_loop().run_in_executor(self._threads, self._lookup, host, port)
            self._asked[key] = asked
            asked.add_done_callback(lambda done: self._forget(key, done))
        async with asyncio.timeout(self._budget):
            return await asyncio.shield(asked)

    def close(self) -> None:
        """Leaves lookups that hang to themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _forget(self, key: tuple[str, int], done: asyncio.Future[list[str]]) -> None:
        self._asked.pop(key, None)
        if not done.cancelled():
            done.exception()
