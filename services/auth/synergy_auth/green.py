"""Hashing beside the event loop: a few native threads, and a bounded queue before them. Only `serve` uses this room."""

from collections.abc import Callable
from typing import Any

from eventlet import tpool
from eventlet.semaphore import Semaphore

from synergy_auth.domain.errors import SigningInBusy

WAITING = 150
"""Callers in line: at 26 ms a password (two at once, 52 ms each) they wait 4 s, within the 5 s a call is given."""

PATIENCE = 4.0
"""Seconds in line after which a machine slower than that does not begin: the caller is about to give up."""


class BoundedThreads:
    """
    Runs work in native threads, `at_once` at a time; callers wait in green threads.

    SigningInBusy for those whose answers would come too late: at once with more than `waiting` callers in line, and
    without doing the work for who has waited `patience` seconds in it.
    """

    def __init__(self, at_once: int, *, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._slots = Semaphore(at_once)
        self._room = at_once + waiting
        self._patience = patience
        self._inside = 0

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run `function(*arguments)` and return its result; its exceptions pass through."""
        if self._inside >= self._room:
            raise SigningInBusy
        self._inside += 1
        try:
            if not self._slots.acquire(timeout=self._patience):
                raise SigningInBusy
            try:
                return tpool.execute(function, *arguments)
            finally:
                self._slots.release()
        finally:
            self._inside -= 1
