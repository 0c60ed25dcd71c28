"""What clients do, in processes of their own, so that no interpreter lock is shared with whoever measures."""

import asyncio
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import aiohttp
from argon2 import PasswordHasher, Type

from synergy_auth.hashing.argon2id import LANES, MEMORY_KIB, PASSES

USER: Final = "/api/auth/user/"
LOGIN: Final = "/api/auth/login/"
OK: Final = 200


def ready() -> None:
    """Be there, with everything imported."""
    time.sleep(0.2)  # long enough that another process takes the next call


def read_profile(url: str, token: str, *, rate: int, seconds: float) -> tuple[list[float], Counter[str]]:
    """
    Ask for one's profile `rate` times a second, whatever the answers take: the seconds each took, from its turn, and
    what was said by those that refused.
    """
    return asyncio.run(_read_profile(url, token, rate, seconds))


async def _read_profile(url: str, token: str, rate: int, seconds: float) -> tuple[list[float], Counter[str]]:
    refused: Counter[str] = Counter()
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(url, headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one(due: float) -> float:
            async with session.get(USER) as answer:
                told = await answer.json(content_type=None)
            if answer.status != OK:
                refused[f"{answer.status} {told.get('detail')}"] += 1
            return time.perf_counter() - due

        await one(0)
        begin = time.perf_counter()
        asked = []
        for number in range(int(rate * seconds)):
            due = begin + number / rate
            await asyncio.sleep(due - time.perf_counter())
            asked.append(asyncio.create_task(one(due)))
        return await asyncio.gather(*asked), refused


def sign_in(url: str, names: list[str], password: str, *, seconds: float) -> tuple[list[float], int]:
    """
    Each of `names` signs in again and again for `seconds`: when each succeeded (monotonic seconds), and how often one
    was refused.
    """
    return asyncio.run(_sign_in(url, names, password, seconds))


async def _sign_in(url: str, names: list[str], password: str, seconds: float) -> tuple[list[float], int]:
    came: list[float] = []
    refused = 0
    end = time.monotonic() + seconds
    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one(name: str) -> None:
            nonlocal refused
            while time.monotonic() < end:
                async with session.post(LOGIN, json={"username": name, "password": password}) as answer:
                    await answer.read()
                if answer.status == OK:
                    came.append(time.monotonic())
                else:
                    refused += 1

        await asyncio.gather(*(one(name) for name in names))
    return came, refused


def hash_passwords(password: str, *, at_once: int, seconds: float) -> float:
    """Bare argon2id of auth's parameters in `at_once` threads: passwords checked a second."""
    hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID)
    known = hasher.hash(password)
    begin = time.perf_counter()

    def check(_: int) -> int:
        count = 0
        while time.perf_counter() - begin < seconds:
            hasher.verify(known, password)
            count += 1
        return count

    with ThreadPoolExecutor(at_once) as threads:
        done = sum(threads.map(check, range(at_once)))
    return done / (time.perf_counter() - begin)
