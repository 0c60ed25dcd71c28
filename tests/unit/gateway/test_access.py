"""Lines of requests are written together, and none is kept for long."""

import asyncio
import subprocess
import sys

import pytest

from synergy_gateway import access


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


LAST = """
import asyncio
from synergy_gateway.access import Together

lines, loop = Together(), asyncio.new_event_loop()

async def end():
    lines(b"last\\n")
    loop.stop()

task = loop.create_task(end())
loop.run_forever()
"""


def test_what_a_loop_that_ends_has_left_is_written_when_the_program_ends() -> None:
    ended = subprocess.run([sys.executable, "-c", LAST], capture_output=True, text=True, check=True)

    assert "last\n" == ended.stderr
