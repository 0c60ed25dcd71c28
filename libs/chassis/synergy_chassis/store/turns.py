"""Few writers of one stream in one process ask the database for its lock at a time; the others wait here."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from synergy_chassis.store.errors import StoreUnavailable

AT_ONCE: Final = 3
"""One has the lock; the next ones wait for it in the database, so that no round trip is lost between two."""
LONGEST: Final = 5.0
"""Seconds in line. Whoever asked gives up after eight: what is begun later than that is done for nobody."""


class _Line:
    __slots__ = ("free", "tickets")

    def __init__(self) -> None:
        self.free = AT_ONCE
        self.tickets: deque[threading.Lock] = deque()


class Turns:
    """
    AT_ONCE by name, first come, first served: whoever has had a turn and asks again stands behind all others. Whoever
    waits here holds no database connection, of which readers then find some, and the database has no long queue of
    lockers to keep in order. That one alone writes is the database's own lock, as ever.
    """

    def __init__(self, *, longest: float = LONGEST) -> None:
        self._longest = longest
        self._guard = threading.Lock()
        self._lines: dict[str, _Line] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Wait for the turn, and have it. Raises StoreUnavailable where that takes too long."""
        ticket = self._come(name)
        if ticket is not None and not ticket.acquire(timeout=self._longest) and self._gives_up(name, ticket):
            raise StoreUnavailable(f"Too many change {name} at once.")
        try:
            yield
        finally:
            self._leave(name)

    def waiting(self, name: str) -> int:
        """How many stand in line."""
        with self._guard:
            return len(self._lines[name].tickets) if name in self._lines else 0

    def _come(self, name: str) -> "threading.Lock | None":
        """A lock that opens when the turn comes; None where it is there."""
        with self._guard:
            line = self._lines.setdefault(name, _Line())
            if line.free:
                line.free -= 1
                return None
            ticket = threading.Lock()
            ticket.acquire()
            line.tickets.append(ticket)
            return ticket

    def _gives_up(self, name: str, ticket: threading.Lock) -> bool:
        """Out of the line; False where the turn has come in this very moment."""
        with self._guard:
            tickets = self._lines[name].tickets
            if ticket not in tickets:
                return False
            tickets.remove(ticket)
            return True

    def _leave(self, name: str) -> None:
        """The turn is the next one's."""
        with self._guard:
            line = self._lines[name]
            if line.tickets:
                line.tickets.popleft().release()
                return
            line.free += 1
            if line.free == AT_ONCE:
                del self._lines[name]
