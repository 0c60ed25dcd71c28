"""Names are looked up beside each other: one that hangs holds up nobody but itself."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from synergy_webhooks.addresses.names import Names, NameTooSlow
from synergy_webhooks.delivery.sender import Pace

FOUND = ["192.0.2.1"]
LONG, SHORT = timedelta(seconds=20), timedelta(milliseconds=200)


class Resolver:
    """Answers at once, but for names that hang until they are released."""

    def __init__(self) -> None:
        self._hangs: dict[str, threading.Event] = {}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host in self._hangs:
            assert self._hangs[host].wait(30)
        return FOUND

    def hang(self, *hosts: str) -> None:
        self._hangs |= {host: threading.Event() for host in hosts}

    def release(self) -> None:
        for event in self._hangs.values():
            event.set()


def looking_up(test: Callable[[Names, Resolver], Awaitable[None]], **limits: Any) -> None:
    """Runs `test`; releases in the end whatever hangs."""

    async def run() -> None:
        resolver = Resolver()
        names = Names(resolver, **limits)
        try:
            async with asyncio.timeout(25):
                await test(names, resolver)
        finally:
            resolver.release()
            names.close()

    asyncio.run(run())


async def given_up(names: Names, resolver: Resolver, *hosts: str) -> None:
    """These hang, and nobody waits for them any more."""
    resolver.hang(*hosts)
    told = await asyncio.gather(*(names(host, 443) for host in hosts), return_exceptions=True)
    assert [NameTooSlow] * len(hosts) == [type(error) for error in told]


async def found(names: Names, resolver: Resolver, *hosts: str) -> None:
    """What hangs is released; who asks for these now is told what was found for those who asked before."""
    resolver.release()
    assert [FOUND] * len(hosts) == await asyncio.gather(*(names(host, 443) for host in hosts))


@pytest.mark.parametrize("hanging", [64, Pace().slots - 1])
def test_one_name_is_found_while_many_hang(hanging):
    async def test(names: Names, resolver: Resolver) -> None:
        hosts = [f"{number}.example" for number in range(hanging)]
        resolver.hang(*hosts)
        others = [asyncio.create_task(names(host, 443)) for host in hosts]
        await asyncio.sleep(0)

        assert await names("quick.example", 443) == FOUND
        assert [] == [other for other in others if other.done()]
        resolver.release()
        assert [FOUND] * hanging == await asyncio.gather(*others)

    looking_up(test, budget=LONG)


def test_names_that_hung_have_threads_of_their_own():
    async def test(names: Names, resolver: Resolver) -> None:
        await given_up(names, resolver, "a.example", "b.example")
        await found(names, resolver, "a.example", "b.example")
        resolver.asked.clear()

        await given_up(names, resolver, "a.example", "b.example")

        assert len(resolver.asked) == 1, "they share one"
        assert await names("quick.example", 443) == FOUND

    looking_up(test, budget=SHORT, at_once=2, hanging=1)


def test_a_name_that_is_found_in_time_again_is_no_longer_among_those_that_hung():
    async def test(names: Names, resolver: Resolver) -> None:
        for host in ("once.example", "ever.example"):
            await given_up(names, resolver, host)
            await found(names, resolver, host)
        await found(names, resolver, "once.example")

        await given_up(names, resolver, "ever.example")

        assert await names("once.example", 443) == FOUND

    looking_up(test, budget=SHORT, at_once=2, hanging=1)


def test_who_asks_for_what_is_being_looked_up_joins():
    async def test(names: Names, resolver: Resolver) -> None:
        resolver.hang("shared.example")
        waiting = [asyncio.create_task(names("shared.example", 443)) for _ in range(3)]
        await asyncio.sleep(0)
        resolver.release()

        assert [FOUND] * 3 == await asyncio.gather(*waiting)
        assert ["shared.example"] == resolver.asked

    looking_up(test, budget=LONG)


def test_a_name_that_takes_too_long_is_told_from_one_that_the_resolver_gives_up():
    async def test(names: Names, resolver: Resolver) -> None:
        resolver.hang("slow.example")
        with pytest.raises(NameTooSlow, match=r"DNS.* within 0\.2 s"):
            await names("slow.example", 443)

    looking_up(test, budget=SHORT)

    def gives_up(host: str, port: int) -> list[str]:
        raise TimeoutError("the resolver gave up")

    async def asked() -> None:
        names = Names(gives_up)
        try:
            await names("slow.example", 443)
        finally:
            names.close()

    with pytest.raises(TimeoutError, match="the resolver gave up"):
        asyncio.run(asked())
