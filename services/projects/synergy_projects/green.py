"""Sweeping beside the calls, in a green thread. Only `serve` uses this room."""

from collections.abc import Callable, Iterable
from threading import Event
from typing import Final

import eventlet
import structlog

log = structlog.get_logger(__name__)

SWEEPING: Final = 60.0
"""Seconds between two sweeps of a process."""
SWEEPING_FIRST: Final = 5.0
"""Seconds to the first: what became due while nothing ran is told soon."""


def sweeping(sweep: Callable[[], Iterable[int]], closing: Event) -> None:
    """Sweep soon, and then every minute, until `closing`."""
    eventlet.spawn(_sweep, sweep, closing)


def _sweep(sweep: Callable[[], Iterable[int]], closing: Event) -> None:
    pause = SWEEPING_FIRST
    while not closing.wait(pause):
        pause = SWEEPING
        try:
            told = 0
            for count in sweep():
                told += count
                if closing.is_set():
                    return
            if told:
                log.info("swept", events=told)
        except Exception as error:  # the database is away, say
            log.warning("not-swept", error=f"{type(error).__name__}: {error}"[:200])
