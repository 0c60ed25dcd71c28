"""Few writers of one stream in one process ask the database for its lock at a time; the others wait here."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from synergy_chassis.store.errors import StoreUnavailable

AT_ONCE: Final = 3
"""One has the lock; the next ones wait for it in the database, so that no round trip is lost between two."""
LONGEST: Final = 5.0
"""Seconds in line. Whoever asked gives up after eight: what is begun later than that is done for nobody."""


class _Line:
    __slots__ = ("places", "waiting")

    def __init__(self) -> None:
        self.places = threading.Semaphore(AT_ONCE)
        self.waiting = 0


class Turns:
    """
    AT_ONCE by name. Whoever waits here holds no database connection, of which readers then find some, and the database
    has no long queue of lockers to keep in order. That one alone writes is the database's own lock, as ever.
    """

    def __init__(self, *, longest: float = LONGEST) -> None:
        self._longest = longest
        self._lines: dict[str, _Line] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Wait for the turn, and have it. Raises StoreUnavailable where that takes too long."""
        line = self._lines.setdefault(name, _Line())
        line.waiting += 1
        try:
            if not line.places.acquire(timeout=self._longest):
                raise StoreUnavailable(f"Too many change {name} at once.")
            try:
                yield
            finally:
                line.places.release()
        finally:
            line.waiting -= 1
            if not line.waiting and self._lines.get(name) is line:
                del self._lines[name]
