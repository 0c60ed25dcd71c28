"""The marks in Redis: the exam, and what becomes of them when Redis does not answer, or comes back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import redis
from redis.asyncio import Redis
from unit.gateway.marks_exam import MarksExam, Steps, looked

from synergy_gateway.keeping import marks as module
from synergy_gateway.keeping.marks import KEY, Marks
from synergy_local.credentials import Credentials
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room

SECONDS = 0.5


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not condition():  # noqa: ASYNC110 (it is a plain value)
            await asyncio.sleep(0.01)


@asynccontextmanager
async def marks_at(url: str, *, up: bool = True) -> AsyncIterator[Marks]:
    marks = Marks(url, seconds=SECONDS)
    await marks.start()
    try:
        if up:
            await until(lambda: marks.up)
        yield marks
    finally:
        await marks.stop()


@pytest.fixture
def url(redis_url: str) -> str:
    """A database of Redis' that nobody else uses, empty."""
    own = redis_url.removesuffix("/0") + "/7"
    with redis.Redis.from_url(own) as client:
        client.flushdb()
    return own


class TestMarks(MarksExam):
    @pytest.fixture
    def exam(self, url: str) -> Callable[[Steps], None]:
        async def run(steps: Steps) -> None:
            async with marks_at(url) as marks:
                await steps(marks)

        return lambda steps: asyncio.run(run(steps))

    @pytest.fixture
    def emptied(self, url: str) -> Callable[[Marks], Awaitable[None]]:
        async def empty(_marks: Marks) -> None:
            async with Redis.from_url(url) as client:
                await client.flushdb()

        return empty


def test_everybody_sees_what_anybody_raised(url: str) -> None:
    async def steps() -> None:
        async with marks_at(url) as one, marks_at(url) as other:
            assert await one.raise_to({"project-3": 9})
            seen, same = await looked(other, "project-3"), await looked(one, "project-3")

            assert b"9" == seen.marks["project-3"]
            assert seen.epoch[1] == same.epoch[1]

    asyncio.run(steps())


def test_everything_is_thrown_away_again_when_that_is_asked_for_meanwhile(url: str) -> None:
    async def steps() -> None:
        async with marks_at(url) as marks:
            command, deleted = marks._command, []

            async def slowly(connection: Any, *asked: Any) -> Any:
                if asked[0] == "DEL":
                    deleted.append(asked)
                    if len(deleted) == 1:
                        second.append(asyncio.create_task(marks.throw_away()))
                        await asyncio.sleep(0)
                return await command(connection, *asked)

            second: list[asyncio.Task[bool]] = []
            marks._command = slowly  # type: ignore[method-assign]
            assert await marks.throw_away()
            assert await second[0]
            assert 2 == len(deleted)

    asyncio.run(steps())


def test_all_who_look_at_one_time_share_a_command(url: str) -> None:
    async def steps() -> None:
        async with marks_at(url) as marks, Redis.from_url(url) as client:
            await looked(marks, "user-1")
            before = (await client.info("commandstats"))["cmdstat_hmget"]["calls"]
            seen = await asyncio.gather(*(looked(marks, f"user-{number}") for number in range(100)))
            after = (await client.info("commandstats"))["cmdstat_hmget"]["calls"]

            assert 1 == after - before
            assert all(f"user-{number}" in seen[number].marks for number in range(100))

    asyncio.run(steps())


def test_a_hash_that_grows_too_large_begins_anew_under_another_epoch(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RAISE", module.RAISE.replace(str(module.MOST), "5"))

    async def steps() -> None:
        async with marks_at(url) as marks, Redis.from_url(url) as client:
            epochs = []
            for number in range(12):
                epochs.append((await looked(marks, "project-1")).epoch)
                assert await marks.raise_to({f"project-{number}": 1})
                assert 5 >= await client.hlen(KEY)

            assert 2 < len(set(epochs)) < 12

    asyncio.run(steps())


@pytest.fixture
def own() -> Iterator[tuple[Temporary, Servers]]:
    """A Redis that a test may do anything to, running."""
    with temporary_room() as folder:
        room = Temporary(folder)
        servers = Servers(room.home(), Credentials(), account=room.account)
        room.start(servers.redis)
        try:
            yield room, servers
        finally:
            room.stop()


def test_where_redis_is_gone_nothing_is_seen_and_changes_are_owed_until_it_is_there(
    own: tuple[Temporary, Servers],
) -> None:
    room, servers = own

    async def steps() -> None:
        async with marks_at(servers.redis.url) as marks:
            assert await marks.raise_to({"project-3": 9})
            before = await looked(marks, "project-3")
            room.children["redis"].kill()

            assert not await marks.raise_to({"project-3": 11, "user-7": None})
            assert await marks.look(["project-3"]) is None
            assert not await marks.raise_to({"project-3": 10})
            assert not marks.up

            await asyncio.to_thread(room.start, servers.redis)
            await until(lambda: marks.up)
            after = await looked(marks, "project-3", "user-7")
            assert b"11" == after.marks["project-3"]
            assert after.marks["user-7"] is not None
            assert before.epoch != after.epoch

    asyncio.run(steps())


def test_a_redis_that_comes_back_with_what_it_had_is_another_epoch_all_the_same(own: tuple[Temporary, Servers]) -> None:
    _room, servers = own

    async def steps() -> None:
        async with marks_at(servers.redis.url) as marks, Redis.from_url(servers.redis.url) as client:
            assert await marks.raise_to({"project-3": 9})
            before = await looked(marks, "project-3")
            copy = await client.dump(KEY)
            assert await marks.raise_to({"project-3": 10})
            await client.restore(KEY, 0, copy, replace=True)  # as from a disk, or a replica that lags
            await client.client_kill_filter(_type="normal", skipme=True)
            assert await marks.look(["project-3"]) is None  # the first to look finds the connection gone
            await until(lambda: marks.up)
            after = await looked(marks, "project-3")

            assert (b"9", before.epoch[1]) == (after.marks["project-3"], after.epoch[1])
            assert before.epoch != after.epoch

    asyncio.run(steps())


def test_a_redis_that_hangs_keeps_nobody_waiting(own: tuple[Temporary, Servers]) -> None:
    _room, servers = own

    async def steps() -> None:
        loop = asyncio.get_running_loop()
        async with marks_at(servers.redis.url) as marks, Redis.from_url(servers.redis.url) as client:
            await looked(marks, "project-3")
            await client.client_pause(1_500, all=True)
            began = loop.time()
            assert not await marks.raise_to({"project-3": 9})
            assert await marks.look(["project-3"]) is None
            assert loop.time() - began < 3 * SECONDS
            await until(lambda: marks.up)

            assert b"9" == (await looked(marks, "project-3")).marks["project-3"]

    asyncio.run(steps())


def test_where_redis_has_no_room_the_marks_go_and_with_them_their_epoch(own: tuple[Temporary, Servers]) -> None:
    _room, servers = own

    async def steps() -> None:
        async with marks_at(servers.redis.url) as marks, Redis.from_url(servers.redis.url) as client:
            assert await marks.raise_to({"project-3": 9})
            before = await looked(marks, "project-3")
            await client.config_set("maxmemory", "1")
            assert await marks.raise_to({"project-3": 10})
            assert 0 == await client.exists(KEY)
            await client.config_set("maxmemory", "0")

            assert before.epoch != (await looked(marks, "project-3")).epoch

    asyncio.run(steps())


def test_who_looks_at_what_does_not_answer_as_redis_does_is_not_kept_waiting() -> None:
    async def stranger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while asked := await reader.read(10_000):
            writer.write(b":1\r\n" if b"HMGET" in asked else b"+OK\r\n" * asked.count(b"CLIENT"))

    async def steps() -> None:
        async with asyncio.timeout(30), await asyncio.start_server(stranger, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            async with marks_at(f"redis://127.0.0.1:{port}?protocol=2") as marks:
                for _ in range(2):
                    await until(lambda: marks.up)
                    assert await marks.look(["project-3"]) is None

    asyncio.run(steps())
