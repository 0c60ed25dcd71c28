"""Reads of the same at one time: who asks, who waits, who is told what."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from unit.gateway.marks_in_memory import MarksInMemory

from synergy_contracts.envelope import Actor
from synergy_gateway.answers import Answer
from synergy_gateway.keeping.keeper import Keeper, Place, Wanted
from synergy_gateway.keeping.news import News
from synergy_gateway.keeping.shelf import Shelf

PLACE = Place(Actor(user_id=7), "/api/projects", b"")
OPERATION = "list_projects"


class Reading:
    """A keeper, and reads whose answers come when they are told to."""

    def __init__(self) -> None:
        self.marks = MarksInMemory()
        self.hears = True
        self.now = 0.0
        self.keeper = Keeper(
            self.marks, News(), Shelf(100_000), hears=lambda: self.hears, deadline=timedelta(seconds=10),
            monotonic=lambda: self.now,
        )  # fmt: skip
        self.asked: list[asyncio.Future[int]] = []

    async def wanted(self) -> Wanted:
        found = await self.keeper.look(PLACE)
        assert isinstance(found, Wanted)
        return found

    async def read(self) -> asyncio.Task[tuple[bytes, str]]:
        """Ask as the door does."""
        wanted = await self.wanted()
        joins = self.keeper.joinable(wanted)

        async def ask() -> tuple[bytes, str]:
            answer, outcome = await (
                self.keeper.join(wanted) if joins else self.keeper.read(wanted, OPERATION, self._make)
            )
            return answer.body, outcome

        task = asyncio.create_task(ask())
        await turns()
        return task

    async def _make(self) -> tuple[Answer, dict[str, int | None]]:
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.asked.append(answer)
        version = await answer
        return Answer(body=str(version).encode(), headers={"ETag": "x"}), {"project-3": version, "user-7": None}

    async def kept(self) -> bytes | None:
        found = await self.keeper.look(PLACE)
        return found.body if isinstance(found, Answer) else None


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


Steps = Callable[[Reading], Coroutine[Any, Any, None]]


def played(steps: Steps) -> None:
    async def play() -> None:
        async with asyncio.timeout(10):
            await steps(Reading())

    asyncio.run(play())


def test_who_waited_is_served_what_was_kept_meanwhile_if_nothing_happened():
    async def steps(reading: Reading) -> None:
        first, second, third = [await reading.read() for _ in range(3)]
        reading.asked[0].set_result(4)

        assert (b"4", "miss") == await first
        assert (b"4", "hit") == await second == await third
        assert 1 == len(reading.asked)

    played(steps)


def test_who_waited_has_one_more_call_made_together_if_something_was_acknowledged():
    async def steps(reading: Reading) -> None:
        first, second, third = [await reading.read() for _ in range(3)]
        reading.marks.acknowledge({"project-3": 5})
        reading.asked[0].set_result(4)
        assert (b"4", "miss") == await first
        assert await reading.kept() is None
        await turns()
        reading.asked[1].set_result(5)

        assert (b"5", "miss") == await second
        assert (b"5", "shared") == await third
        assert 2 == len(reading.asked)
        assert b"5" == await reading.kept()

    played(steps)


def test_who_waited_together_is_refused_together_and_the_next_one_asks_again():
    async def steps(reading: Reading) -> None:
        first, second, third = [await reading.read() for _ in range(3)]
        reading.marks.acknowledge({"project-3": 5})
        reading.asked[0].set_result(4)
        await first
        await turns()
        reading.asked[1].set_exception(LookupError("gone"))
        for one in (second, third):
            with pytest.raises(LookupError, match="gone"):
                await one
        fourth = await reading.read()
        reading.asked[2].set_result(6)

        assert (b"6", "miss") == await fourth

    played(steps)


@pytest.mark.parametrize("what", ["a_minute", "deafness", "another_epoch"])
def test_what_is_kept_is_not_served(what: str):
    async def steps(reading: Reading) -> None:
        first = await reading.read()
        reading.asked[0].set_result(4)
        await first
        assert b"4" == await reading.kept()
        if what == "a_minute":
            reading.now = 60.0
        elif what == "deafness":
            reading.hears = False
        else:
            await reading.marks.throw_away()

        assert await reading.kept() is None

    played(steps)
