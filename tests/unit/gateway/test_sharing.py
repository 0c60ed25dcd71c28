"""Equal reads that share a call."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy_chassis.bus.errors import RpcTimeout
from synergy_chassis.metrics import REGISTRY
from synergy_gateway.sharing import SharedReads

PATIENT = timedelta(seconds=20)
ENDLESS = 3600.0


class Service:
    """Answers a call with its number, when told to."""

    def __init__(self):
        self.calls: list[asyncio.Future[int]] = []

    async def __call__(self) -> int:
        self.calls.append(asyncio.get_running_loop().create_future())
        return await self.calls[-1]

    async def called(self, count: int) -> None:
        while len(self.calls) < count:  # noqa: ASYNC110
            await asyncio.sleep(0)

    def answer(self, number: int) -> None:
        self.calls[number].set_result(number)


def shared() -> float:
    return REGISTRY.get_sample_value("rpc_reads_shared_total") or 0


def asks(reads: SharedReads, service: Service, count: int, *, key="k", deadline=PATIENT) -> list[asyncio.Task]:
    return [asyncio.ensure_future(reads.ask(key, service, deadline=deadline)) for _ in range(count)]


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_who_asks_while_a_call_is_under_way_is_answered_by_the_next_one_together():
    async def scene():
        before = shared()
        reads, service = SharedReads(longest_wait=ENDLESS), Service()
        (first,) = asks(reads, service, 1)
        await service.called(1)
        others = asks(reads, service, 5)
        await settle()
        assert len(service.calls) == 1

        service.answer(0)
        assert await first == 0
        await service.called(2)
        service.answer(1)

        assert [1] * 5 == await asyncio.gather(*others)
        assert (2, 4) == (len(service.calls), shared() - before)

    asyncio.run(scene())


def test_nobody_joins_a_call_that_has_begun():
    async def scene():
        reads, service = SharedReads(longest_wait=ENDLESS), Service()
        first = asks(reads, service, 1)
        await service.called(1)
        second = asks(reads, service, 1)
        await settle()
        service.answer(0)
        await service.called(2)
        third = asks(reads, service, 1)
        await settle()
        service.answer(1)
        await service.called(3)
        service.answer(2)

        assert [0, 1, 2] == await asyncio.gather(*first, *second, *third)

    asyncio.run(scene())


def test_different_reads_share_nothing():
    async def scene():
        reads, service = SharedReads(longest_wait=ENDLESS), Service()
        tasks = [*asks(reads, service, 1, key="a"), *asks(reads, service, 1, key="b")]
        await service.called(2)
        service.answer(0)
        service.answer(1)

        assert [0, 1] == await asyncio.gather(*tasks)

    asyncio.run(scene())


def test_a_refusal_is_told_to_all_who_share_it_and_to_nobody_else():
    async def scene():
        reads, service = SharedReads(longest_wait=ENDLESS), Service()
        first = asks(reads, service, 1)
        await service.called(1)
        others = asks(reads, service, 2)
        await settle()
        service.answer(0)
        await service.called(2)
        service.calls[1].set_exception(ValueError("no"))
        told = await asyncio.gather(*others, return_exceptions=True)
        last = asks(reads, service, 1)
        await service.called(3)
        service.answer(2)

        assert [0, 2] == await asyncio.gather(*first, *last)
        assert ["no", "no"] == [str(error) for error in told]

    asyncio.run(scene())


def test_a_call_that_is_never_answered_holds_the_next_up_for_a_moment_only():
    async def scene():
        reads, service = SharedReads(longest_wait=0.01), Service()
        lost = asks(reads, service, 1, deadline=timedelta(seconds=0.2))
        await service.called(1)
        others = asks(reads, service, 3)
        await service.called(2)
        service.answer(1)

        assert [1] * 3 == await asyncio.gather(*others)
        with pytest.raises(RpcTimeout):
            await lost[0]

    asyncio.run(scene())


def test_a_reader_who_goes_away_takes_nobody_along():
    async def scene():
        reads, service = SharedReads(longest_wait=ENDLESS), Service()
        gone, stays = asks(reads, service, 1), []
        await service.called(1)
        stays = asks(reads, service, 2)
        await settle()
        gone[0].cancel()
        stays[0].cancel()
        service.answer(0)
        await service.called(2)
        service.answer(1)

        assert await stays[1] == 1

    asyncio.run(scene())


@given(st.lists(st.sampled_from(["write", "read", "work"]), max_size=60))
def test_every_answer_was_read_after_it_was_asked_for(steps):
    """Whatever the order of writes, reads and the service's work: nobody is told of less than they may know of."""

    async def scene():
        reads, written, asked, work = SharedReads(longest_wait=ENDLESS), 0, [], asyncio.Semaphore(0)

        async def call() -> int:
            seen = written
            await work.acquire()
            return seen

        for step in steps:
            if step == "write":
                written += 1
            elif step == "read":
                asked.append((written, asyncio.ensure_future(reads.ask("k", call, deadline=PATIENT))))
                await settle()
            else:
                work.release()
                await settle()
        for _ in asked:
            work.release()
        for known, answer in asked:
            assert await answer >= known
        assert not reads._running
        assert not reads._waiting

    asyncio.run(scene())
