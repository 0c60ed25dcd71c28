"""Sweeping and importing beside the calls, in green threads. Only `serve` uses this room."""

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

LOOKING: Final = 2.0
"""Seconds between two looks for imports that others took in, or left."""


def importing(work: Callable[[], bool], waiting: Event, closing: Event) -> None:
    """Do the imports there are, at once when some is `waiting`, until `closing`."""
    eventlet.spawn(_import, work, waiting, closing)


def _import(work: Callable[[], bool], waiting: Event, closing: Event) -> None:
    while not closing.is_set():
        waiting.wait(LOOKING)
        waiting.clear()
        try:
            while not closing.is_set() and work():
                pass
        except Exception as error:  # the database is away, say
            log.warning("not-imported", error=f"{type(error).__name__}: {error}"[:200])


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
