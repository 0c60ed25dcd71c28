"""Events that come one after the other are handed on together; one that comes after a pause is handed on at once."""

import pytest

from synergy_chassis.bus.gathering import BUSY_FOR, SPACING, Gathering


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("after", "waiting", "pause"),
    [
        pytest.param(None, 1, 0.0, id="the_first_waits_for_nothing"),
        pytest.param(BUSY_FOR, 1, 0.0, id="nor_one_after_a_pause"),
        pytest.param(BUSY_FOR / 2, 1, SPACING, id="one_soon_after_another_waits_for_more"),
        pytest.param(BUSY_FOR / 2, 200, 0.0, id="as_many_as_go_at_once_do_not"),
        pytest.param(BUSY_FOR / 2, 0, 0.0, id="where_nothing_is_nothing_is_waited_for"),
    ],
)
def test_how_long_more_is_waited_for(after: float | None, waiting: int, pause: float) -> None:
    clock = Clock()
    gathering = Gathering(200, now=clock)
    if after is not None:
        gathering.handed_on()
        clock.now += after

    assert pause == gathering.pause(waiting)
