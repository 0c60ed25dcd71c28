"""The marks in memory, which the tests of the gateway use, pass the exam of the real ones."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from unit.gateway.marks_exam import MarksExam, Steps, test_an_answer_is_allowed_that_has_all_that_was_acknowledged
from unit.gateway.marks_in_memory import MarksInMemory

__all__ = ["test_an_answer_is_allowed_that_has_all_that_was_acknowledged"]


class TestMarksInMemory(MarksExam):
    @pytest.fixture
    def exam(self) -> Callable[[Steps], None]:
        return lambda steps: asyncio.run(steps(MarksInMemory()))

    @pytest.fixture
    def emptied(self) -> Callable[[MarksInMemory], Awaitable[None]]:
        async def empty(marks: MarksInMemory) -> None:
            marks.lose_everything()

        return empty
