"""Asks an application in the test's own thread, on one loop for all tests: for a test nothing is started."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from inspect import isawaitable
from typing import Any

from litestar.testing import TestClient


class Loop:
    """Stands where the framework's clients have another thread to call into."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """What the function or coroutine returns. What it left running goes on with the next call."""

        async def called() -> Any:
            result = function(*args)
            return await result if isawaitable(result) else result

        return self._loop.run_until_complete(called())

    def clear(self) -> None:
        """Cancel what is still running."""
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        if left:
            self._loop.run_until_complete(asyncio.wait(left))


@cache
def loop() -> Loop:
    """The one of this process."""
    return Loop()


class Client(TestClient):
    """The framework's client without threads and without a lifespan: an application over a gateway's parts has none."""

    @contextmanager
    def portal(self) -> Iterator[Loop]:
        yield loop()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        loop().clear()
