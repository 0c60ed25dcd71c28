"""Whether to wait for more events before some are handed on."""

import math
import time
from collections.abc import Callable
from typing import Final

SPACING: Final = 0.02
BUSY_FOR: Final = 0.1
"""
Seconds in which more is waited for where the last events are so few seconds ago: a transaction for many costs little
more than one for each. What comes after a pause is handed on at once.
"""


class Gathering:
    """Knows when events were handed on last; `enough` of them wait for no more."""

    def __init__(self, enough: int, *, now: Callable[[], float] = time.monotonic) -> None:
        self._enough = enough
        self._now = now
        self._last = -math.inf

    def pause(self, waiting: int) -> float:
        """Seconds to wait for more where so many are there."""
        return SPACING if 0 < waiting < self._enough and self._now() < self._last + BUSY_FOR else 0.0

    def handed_on(self) -> None:
        """Some are handed on now."""
        self._last = self._now()
