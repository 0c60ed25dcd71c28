"""The ASGI application as the server's worker processes load it."""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.types import ASGIApp

from synergy_chassis import logs
from synergy_chassis.metrics import introduce
from synergy_chassis.metrics.asyncio_server import served
from synergy_chassis.observing import observed
from synergy_gateway import access
from synergy_gateway.bootstrap import build
from synergy_gateway.server import PARENT
from synergy_gateway.settings import Settings

LOOKING = 0.5
"""Seconds between two looks at the parent process."""


def app() -> ASGIApp:
    """Build the application in a worker process."""
    settings = Settings.from_env(os.environ)
    logs.configure(settings.log_level, service="gateway")
    introduce("gateway", "serve")

    @asynccontextmanager
    async def counted(_app: Litestar) -> AsyncIterator[None]:
        with observed(os.environ, service="gateway", part="serve"):
            async with served(settings.metrics, processes=settings.workers):
                yield

    return build(settings, telling_all, leaving_with_the_parent, counted, lasting)


@asynccontextmanager
async def lasting(_app: Litestar) -> AsyncIterator[None]:
    """Spare the garbage collector what is there when serving begins: it stays, and there is a lot of it."""
    gc.collect()
    gc.freeze()
    yield


@asynccontextmanager
async def telling_all(_app: Litestar) -> AsyncIterator[None]:
    """Write the last lines of requests, for which the loop may not turn once more."""
    try:
        yield
    finally:
        access.lines.write()


@asynccontextmanager
async def leaving_with_the_parent(_app: Litestar) -> AsyncIterator[None]:
    """End this worker when the process that started it is gone, so that none is left holding the port."""
    parent = int(os.environ.get(PARENT, os.getppid()))

    async def look() -> None:
        while os.getppid() == parent:  # noqa: ASYNC110 (nobody tells of it)
            await asyncio.sleep(LOOKING)
        os.kill(os.getpid(), signal.SIGTERM)

    looking = asyncio.create_task(look(), name="parent")
    try:
        yield
    finally:
        looking.cancel()
