"""The connection to Redis by itself: answers in order, and what becomes of those who wait when there are none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from synergy_gateway.keeping.wire import Answers, Wire

KEY = "wire:test"
Steps = Callable[[Wire, list[str]], Awaitable[None]]


@asynccontextmanager
async def wire_to(url: str, *, seconds: float = 5) -> AsyncIterator[tuple[Wire, list[str]]]:
    """A wire, and a list that grows when it is lost."""
    pool, lost = ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0)), list[str]()
    connection = pool.make_connection()
    await connection.connect()
    try:
        yield Wire(connection, seconds=seconds, on_lost=lambda: lost.append("lost")), lost
    finally:
        await connection.disconnect(nowait=True)


def at(url: str, steps: Steps, *, seconds: float = 5) -> None:
    async def run() -> None:
        async with asyncio.timeout(30), wire_to(url, seconds=seconds) as (wire, lost):
            await steps(wire, lost)

    asyncio.run(run())


async def told(asked: "asyncio.Future[Answers]") -> BaseException | Answers:
    (found,) = await asyncio.gather(asked, return_exceptions=True)
    return found


def test_each_who_asks_at_one_time_is_told_the_answers_to_what_it_asked(redis_url: str) -> None:
    async def steps(wire: Wire, _lost: list[str]) -> None:
        asked = (wire.ask(("ECHO", f"{number}"), ("ECHO", b"x" * number * 1_000)) for number in range(100))
        found = await asyncio.gather(*asked)

        assert [[b"%d" % number, b"x" * number * 1_000] for number in range(100)] == found

    at(redis_url, steps)


def test_what_is_refused_is_told_in_its_place(redis_url: str) -> None:
    async def steps(wire: Wire, lost: list[str]) -> None:
        before, refused, after = await wire.ask(("ECHO", "a"), ("NO-SUCH-COMMAND",), ("ECHO", "b"))

        assert (b"a", b"b") == (before, after)
        assert isinstance(refused, ResponseError)
        assert not lost

    at(redis_url, steps)


def test_nothing_asked_is_answered_at_once(redis_url: str) -> None:
    async def steps(wire: Wire, _lost: list[str]) -> None:
        assert [] == await wire.ask()

    at(redis_url, steps)


def test_who_waits_when_the_connection_is_closed_hears_so_and_so_does_who_asks_later(redis_url: str) -> None:
    async def steps(wire: Wire, lost: list[str]) -> None:
        ((own,),) = await asyncio.gather(wire.ask(("CLIENT", "ID")))
        waiting = asyncio.ensure_future(wire.ask(("BLPOP", KEY, 20)))
        async with Redis.from_url(redis_url) as client:
            await client.client_kill_filter(_id=str(own))

        assert isinstance(await told(waiting), RedisConnectionError)
        assert isinstance(wire.lost, RedisConnectionError)
        assert ["lost"] == lost
        with pytest.raises(RedisConnectionError):
            await wire.ask(("ECHO", "a"))

    at(redis_url, steps)


def test_who_is_not_answered_in_time_hears_so_and_the_connection_is_given_up(redis_url: str) -> None:
    async def steps(wire: Wire, lost: list[str]) -> None:
        first = asyncio.ensure_future(wire.ask(("BLPOP", KEY, 20)))
        second = asyncio.ensure_future(wire.ask(("ECHO", "never")))

        assert isinstance(await told(first), RedisTimeoutError)
        assert isinstance(await told(second), RedisTimeoutError)
        assert ["lost"] == lost

    at(redis_url, steps, seconds=0.3)


def test_who_gave_up_waiting_takes_nobody_elses_answer(redis_url: str) -> None:
    async def steps(wire: Wire, lost: list[str]) -> None:
        gone = asyncio.ensure_future(wire.ask(("BLPOP", KEY, 0.2)))
        await asyncio.sleep(0)
        gone.cancel()

        assert [b"mine"] == await wire.ask(("ECHO", "mine"))
        assert not lost

    at(redis_url, steps)


@pytest.mark.parametrize("said", [b"rubbish\r\n", b"*-7\r\n", b"+unasked\r\nrubbish\r\n"])
def test_what_is_not_understood_ends_the_connection(said: bytes) -> None:
    async def stranger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while asked := await reader.read(10_000):
            writer.write(said if b"ECHO" in asked else b"+OK\r\n" * asked.count(b"CLIENT"))

    async def run() -> None:
        async with asyncio.timeout(30), await asyncio.start_server(stranger, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with wire_to(f"redis://127.0.0.1:{port}?protocol=2") as (wire, lost):
                found = await told(asyncio.ensure_future(wire.ask(("ECHO", "a"), ("ECHO", "b"))))

                assert isinstance(found, RedisConnectionError)
                assert ["lost"] == lost

    asyncio.run(run())
