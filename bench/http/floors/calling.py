"""Calls over the bus as the gateway makes them, from a process of its own."""

import asyncio
import time

from synergy_chassis.bus.asyncio_caller import Caller
from synergy_chassis.bus.errors import RpcUnavailable


def call(url: str, *, method: str, projects: int, at_once: int, seconds: float) -> float:
    """Ask a floor, of so many projects in turns, with so many calls under way for `seconds`: calls a second."""
    return asyncio.run(_call(url, method, projects, at_once, seconds))


async def _call(url: str, method: str, projects: int, at_once: int, seconds: float) -> float:
    caller = Caller(url, name="bench: asks")
    await caller.start()
    await _answered(caller, method)
    done, end = 0, time.perf_counter() + seconds

    async def one() -> None:
        nonlocal done
        while time.perf_counter() < end:
            await caller.call(method, {"project_id": 1 + done % projects}, headers={}, deadline=30)
            done += 1

    begin = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(at_once)))
    took = time.perf_counter() - begin
    await caller.stop()
    return done / took


async def _answered(caller: Caller, method: str) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await caller.call(method, {"project_id": 1}, headers={}, deadline=5)
            except RpcUnavailable:
                await asyncio.sleep(0.05)
            else:
                return
