"""
When will the open tasks be done, if the days to come are like days that were?

Monte Carlo: each trial draws days of the past, one after the other, until what they got done adds up to what is open.
Tasks that will be added are not foreseen; reopened ones count against their day.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from itertools import accumulate
from random import Random
from typing import Final

TRIALS: Final = 1_000
PERCENTILES: Final = (50, 80, 95)
HORIZON: Final = 730
"""Days that are looked ahead."""
LEAST_DAYS: Final = 7
"""Days of history below which nothing is foretold."""
LEAST_DONE: Final = 5
"""Tasks done in them below which nothing is foretold."""
_AT_ONCE: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """
    By percentile the number of days after which as many of 100 trials were through, None beyond the horizon.

    Without any `why_not` says what there is too little of.
    """

    seed: int
    days: dict[int, int | None]
    why_not: str | None = None


def seed_of(project_id: int, version: int, day: date) -> int:
    """The same question has the same seed everywhere, so the same answer."""
    return int.from_bytes(sha256(f"{project_id} {version} {day}".encode()).digest()[:6], "big")


def forecast(open_tasks: int, done_by_day: Sequence[int], *, seed: int) -> Forecast:
    """
    When `open_tasks` will be done. `done_by_day` holds, for each whole day of the past, the tasks that became done less
    those that were reopened.
    """
    done = sum(done_by_day)
    if not open_tasks:
        return Forecast(seed=seed, days={}, why_not="Nothing is left to forecast: no task is open.")
    if len(done_by_day) < LEAST_DAYS:
        return Forecast(
            seed=seed, days={}, why_not=f"Too little history: {len(done_by_day)} whole days; {LEAST_DAYS} are needed."
        )
    if done < LEAST_DONE:
        return Forecast(
            seed=seed,
            days={},
            why_not=f"Too little history: {done} tasks done in {len(done_by_day)} days; {LEAST_DONE} are needed.",
        )
    random = Random(seed)  # noqa: S311
    ended = sorted(_trial(open_tasks, done_by_day, random) for _ in range(TRIALS))
    days = {percent: ended[_place(percent)] for percent in PERCENTILES}
    return Forecast(seed=seed, days={percent: None if found > HORIZON else found for percent, found in days.items()})


def on(day: date, days: int | None) -> date | None:
    """The date so many days after `day`."""
    return None if days is None else day + timedelta(days=days)


def _place(percent: int) -> int:
    return -(-percent * TRIALS // 100) - 1


def _trial(open_tasks: int, done_by_day: Sequence[int], random: Random) -> int:
    """How many drawn days it takes; one more than the horizon where that is not enough."""
    passed, left = 0, open_tasks
    while passed < HORIZON:
        drawn = random.choices(done_by_day, k=min(_AT_ONCE, HORIZON - passed))
        most = list(accumulate(accumulate(drawn), max))
        if most[-1] >= left:
            return passed + bisect_left(most, left) + 1
        passed, left = passed + len(drawn), left - sum(drawn)
    return HORIZON + 1
