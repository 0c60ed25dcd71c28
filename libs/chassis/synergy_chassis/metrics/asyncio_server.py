"""Serves /metrics in an asyncio program."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog

from synergy_chassis.metrics import Address
from synergy_chassis.metrics.page import END, LONGEST_REQUEST, PATIENCE, answer

log = structlog.get_logger(__name__)

RETRY: Final = 1.0
"""Seconds between two attempts to take the address, which a process that ends may still hold."""


@asynccontextmanager
async def served(address: Address | None, *, processes: int = 1) -> AsyncIterator[None]:
    """
    Serve while the block lasts, if there is an address. Of several `processes` each takes a port of its own, the
    first that is free from the address' on.
    """
    if address is None:
        yield
        return
    serving = asyncio.create_task(_serve(address, processes), name="metrics")
    try:
        yield
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def _serve(address: Address, processes: int) -> None:
    told = False
    while True:
        for port in range(address.port, address.port + processes):
            try:
                server = await asyncio.start_server(_handle, address.host, port, limit=LONGEST_REQUEST)
            except OSError as error:
                if not told and port == address.port + processes - 1:
                    log.warning("metrics-not-served", host=address.host, port=port, error=str(error))
                    told = True
                continue
            log.info("metrics-served", host=address.host, port=port)
            async with server:
                await server.serve_forever()
        await asyncio.sleep(RETRY)


async def _handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        async with asyncio.timeout(PATIENCE):
            writer.write(answer(await reader.readuntil(END)))
            await writer.drain()
    writer.close()
