"""Lines of requests are written together, and none is kept for long."""

import asyncio
from select import PIPE_BUF

import pytest
from litestar import Litestar

from synergy_gateway import access
from synergy_gateway.entrypoints import telling_all


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    found: list[bytes] = []
    monkeypatch.setattr(access, "write_now", found.append)
    return found


def test_lines_of_one_turn_of_the_loop_are_written_by_one_call_in_their_order(written: list[bytes]) -> None:
    async def requests() -> None:
        lines = access.Together()
        for number in range(3):
            lines(b"%d\n" % number)
        assert not written
        await asyncio.sleep(0)
        assert [b"0\n1\n2\n"] == written
        lines(b"3\n")
        await asyncio.sleep(0)

    asyncio.run(requests())

    assert [b"0\n1\n2\n", b"3\n"] == written


def test_a_piece_is_no_longer_than_what_is_written_whole_and_ends_with_a_line(written: list[bytes]) -> None:
    async def requests() -> None:
        lines = access.Together()
        for number in range(100):
            lines(b"%099d\n" % number)
        lines(b"x" * 2 * PIPE_BUF + b"\n")
        await asyncio.sleep(0)

    asyncio.run(requests())

    *pieces, alone = written
    assert b"".join(b"%099d\n" % number for number in range(100)) == b"".join(pieces)
    assert all(PIPE_BUF - 100 < len(piece) <= PIPE_BUF for piece in pieces[:-1])
    assert b"x" * 2 * PIPE_BUF + b"\n" == alone


def test_what_a_loop_that_ended_has_left_is_written_with_the_next_line_of_another(written: list[bytes]) -> None:
    lines = access.Together()

    async def last() -> None:
        lines(b"last\n")
        asyncio.get_running_loop().stop()

    ending = asyncio.new_event_loop()
    ended = ending.create_task(last())
    ending.run_forever()
    ending.close()
    assert ended.done()
    assert not written

    async def first() -> None:
        lines(b"first\n")
        await asyncio.sleep(0)

    asyncio.run(first())

    assert [b"last\nfirst\n"] == written


def test_what_is_left_when_a_worker_ends_is_written(written: list[bytes]) -> None:
    async def worker() -> None:
        async with telling_all(Litestar()):
            access.lines(b"last\n")

    asyncio.run(worker())

    assert [b"last\n"] == written
