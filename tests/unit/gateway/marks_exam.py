"""What marks must do, wherever they are: those in memory and those in Redis sit the same exam."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from synergy_gateway.keeping.turn import Seen

Steps = Callable[[Any], Awaitable[None]]


async def looked(marks: Any, *names: str) -> Seen:
    seen = await marks.look(names)
    assert seen is not None
    return seen


class MarksExam:
    """Its heirs have a fixture `exam`, which runs steps on marks of its own, and one that empties them: `emptied`."""

    def test_a_version_never_goes_down(self, exam: Callable[[Steps], None]) -> None:
        async def steps(marks: Any) -> None:
            assert await marks.raise_to({"project-3": 9, "project-4": 1})
            assert await marks.raise_to({"project-3": 8})
            assert await marks.raise_to({"project-3": 10, "project-4": 1})

            seen = await looked(marks, "project-3", "project-4", "project-5")
            assert {"project-3": b"10", "project-4": b"1", "project-5": None} == dict(seen.marks)

        exam(steps)

    def test_what_has_no_versions_is_another_each_time(self, exam: Callable[[Steps], None]) -> None:
        async def steps(marks: Any) -> None:
            nonces = [(await looked(marks, "user-7")).marks["user-7"]]
            for _ in range(3):
                assert await marks.raise_to({"user-7": None})
                nonces.append((await looked(marks, "user-7")).marks["user-7"])

            assert nonces[0] is None
            assert 4 == len(set(nonces))

        exam(steps)

    def test_while_nothing_is_lost_the_epoch_stays(self, exam: Callable[[Steps], None]) -> None:
        async def steps(marks: Any) -> None:
            epochs = {(await looked(marks, "user-7")).epoch}
            assert await marks.raise_to({"project-3": 1, "user-7": None})
            epochs |= {seen.epoch for seen in await asyncio.gather(*(looked(marks, f"user-{n}") for n in range(5)))}

            assert 1 == len(epochs)

        exam(steps)

    def test_what_is_thrown_away_is_another_epoch(self, exam: Callable[[Steps], None]) -> None:
        async def steps(marks: Any) -> None:
            assert await marks.raise_to({"project-3": 9})
            before = await looked(marks, "project-3")
            assert await marks.throw_away()
            after = await looked(marks, "project-3")

            assert before.epoch != after.epoch
            assert after.marks["project-3"] is None

        exam(steps)

    def test_what_is_emptied_is_another_epoch(
        self, exam: Callable[[Steps], None], emptied: Callable[[Any], Awaitable[None]]
    ) -> None:
        async def steps(marks: Any) -> None:
            assert await marks.raise_to({"project-3": 9})
            before = await looked(marks, "project-3")
            await emptied(marks)
            assert await marks.raise_to({"project-3": 8})  # the first thing in the emptied place is no look
            after = await looked(marks, "project-3")

            assert before.epoch != after.epoch
            assert b"8" == after.marks["project-3"]

        exam(steps)


@pytest.mark.parametrize(
    ("versions", "nonces", "allowed"),
    [
        pytest.param({"project-3": 9}, {}, True, id="as_new_as_the_mark"),
        pytest.param({"project-3": 10}, {}, True, id="newer_than_the_mark"),
        pytest.param({"project-3": 8}, {}, False, id="older_than_the_mark"),
        pytest.param({"project-4": 1}, {}, True, id="nothing_was_acknowledged"),
        pytest.param({"project-3": 9, "user-7": None}, {"user-7": b"n1"}, True, id="the_same_nonce"),
        pytest.param({"user-7": None}, {"user-7": b"n0"}, False, id="another_nonce"),
        pytest.param({"user-7": None}, {"user-7": None}, False, id="a_nonce_where_none_was"),
        pytest.param({"user-8": None}, {"user-8": None}, True, id="no_nonce_then_and_now"),
        pytest.param({"user-7": None}, {}, False, id="a_nonce_that_was_not_taken"),
    ],
)
def test_an_answer_is_allowed_that_has_all_that_was_acknowledged(versions, nonces, allowed):
    seen = Seen((1, b"n9"), {"project-3": b"9", "project-4": None, "user-7": b"n1", "user-8": None})

    assert allowed == seen.allow(versions, nonces)
