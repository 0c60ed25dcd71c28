"""When to try again: one clock per endpoint, stepping through fixed waits; jitter only ever adds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The wait after the first, second … failure in a row; the last one repeats. (Standard Webhooks' example schedule.)"""

MAX_REFUSALS: Final = len(WAITS) + 1
"""Answers that say no to a delivery, after which it is given up and its lane goes on."""

FEW_REFUSALS: Final = 4
"""So many suffice if the endpoint accepted others since the first of them."""

LONGEST_RETRY_AFTER: Final = timedelta(hours=24)
"""A receiver's Retry-After counts up to this much."""

JITTER: Final = 0.1
"""At most this share of the wait is added."""

DISABLE_AFTER: Final = timedelta(days=5)
"""An endpoint that has failed for this long without one success is switched off."""

SLOW_DOWN: Final = timedelta(minutes=1)
"""The shortest wait after 429, 502, 503 and 504."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The waits of an endpoint's clock."""

    waits: tuple[timedelta, ...] = WAITS
    slow_down: timedelta = SLOW_DOWN

    def wait(
        self, failures: int, *, chance: float, retry_after: timedelta | None = None, slow: bool = False
    ) -> timedelta:
        """
        How long an endpoint rests after `failures` (1, 2, …) failures in a row.

        `chance` in [0, 1) picks the jitter. `retry_after` is a floor, capped at 24 h; `slow` asks for at least a
        minute.
        """
        step = self.waits[min(failures, len(self.waits)) - 1]
        floor = min(retry_after or timedelta(), LONGEST_RETRY_AFTER)
        base = max(step, floor, self.slow_down if slow else timedelta())
        return base * (1 + JITTER * chance)


def given_up(refusals: int, *, accepted_others_since: bool) -> bool:
    """
    Whether a delivery that was refused `refusals` times, by answers that said no to it, is marked failed, so that its
    lane goes on. What fails because the endpoint is down or overloaded waits for it, however often.
    """
    return refusals >= (FEW_REFUSALS if accepted_others_since else MAX_REFUSALS)


def failing_too_long(since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint that fails since then is switched off."""
    return since is not None and now - since >= DISABLE_AFTER
