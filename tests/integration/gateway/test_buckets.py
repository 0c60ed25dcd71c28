"""Token buckets in Redis: one count for all gateways, one command for all who ask at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
import redis
from redis.asyncio import Redis

from synergy_gateway.keeping.marks import Marks
from synergy_gateway.keeping.wire import Command, Hear, Wire
from synergy_gateway.limits.buckets import KEY, Taken
from synergy_gateway.limits.rate import Rate

RATE = Rate(100, 3_600)
Steps = Callable[[Marks, Marks, "Redis"], Awaitable[None]]


@asynccontextmanager
async def two_gateways(url: str) -> AsyncIterator[tuple[Marks, Marks]]:
    one, other = Marks(url, seconds=5), Marks(url, seconds=5)
    for marks in (one, other):
        await marks.start()
    try:
        async with asyncio.timeout(30):
            while not (one.up and other.up):  # noqa: ASYNC110 (they are plain values)
                await asyncio.sleep(0.01)
        yield one, other
    finally:
        await one.stop()
        await other.stop()


@pytest.fixture
def run(redis_url: str) -> Callable[[Steps], None]:
    """Runs steps with two gateways' marks in a database of Redis' that nobody else uses, and a client of it."""
    own = redis_url.removesuffix("/0") + "/8"
    with redis.Redis.from_url(own) as client:
        client.flushdb()

    async def running(steps: Steps) -> None:
        async with two_gateways(own) as (one, other), Redis.from_url(own) as client:
            await steps(one, other, client)

    return lambda steps: asyncio.run(running(steps))


def test_however_many_ask_at_two_gateways_a_bucket_gives_what_is_in_it_and_not_one_more(run) -> None:
    async def steps(one: Marks, other: Marks, client: "Redis") -> None:
        async def ask(number: int) -> Taken | None:
            await asyncio.sleep(0.0001 * (number % 7))
            return await (one, other)[number % 2].take("user-7", RATE)

        taken = await asyncio.gather(*(ask(number) for number in range(250)))

        assert None not in taken
        granted = [found for found in taken if found and found.granted]
        assert list(range(99, -1, -1)) == sorted((found.left for found in granted), reverse=True)
        last = await one.take("user-7", RATE)
        assert last is not None
        assert (False, 0) == (last.granted, last.left)
        assert 3_500 < last.full_in <= 3_600
        assert 3_500_000 < await client.pttl(KEY + "user-7") <= 3_601_000
        assert (await other.take("user-8", RATE)) == Taken(True, 99, 36.0)

    run(steps)


def test_it_fills_up_by_the_clock_of_redis(run) -> None:
    async def steps(one: Marks, other: Marks, client: "Redis") -> None:
        rate = Rate(1, 1)
        taken = [await one.take("user-7", rate)]
        async with asyncio.timeout(30):
            while not taken[-1].granted or len(taken) == 1:
                taken.append(await other.take("user-7", rate))
        assert not any(found.granted for found in taken[1:-1])

    run(steps)


def test_what_is_taken_and_looked_at_in_one_turn_goes_together(run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(one: Marks, other: Marks, client: "Redis") -> None:
        await one.look({"user-7"})
        sent, send = [], Wire.send

        def counted(wire: Wire, commands: Sequence[Command], hear: Hear) -> None:
            sent.append([command[0] for command in commands])
            send(wire, commands, hear)

        monkeypatch.setattr(Wire, "send", counted)
        wishes = [one.take(f"user-{number % 3}", RATE) for number in range(9)]
        seen = await one.look({"project-1"})

        assert seen is not None
        assert [["EVAL", "HMGET"]] == sent
        assert {97} == {min(found.left for found in await asyncio.gather(*wishes) if found)}

    run(steps)


def test_a_redis_that_lets_nothing_be_written_can_still_be_looked_at(run) -> None:
    async def steps(one: Marks, other: Marks, client: "Redis") -> None:
        await one.look({"user-7"})
        await client.set(KEY + "user-7", "no number")

        taken, seen = one.take("user-7", RATE), await one.look({"user-7"})

        assert seen is not None
        assert await taken is None
        assert one.up

    run(steps)
