"""Follow a store from a position on: its history in pages, then what is stored meanwhile, without a gap between."""

import threading
from collections.abc import Iterator
from typing import Final, Protocol

from synergy_chassis.store.only import Only
from synergy_contracts.envelope import EventsPage

WAIT: Final = 1.0
"""Seconds after which an endless reading looks whether it is to stop."""


class Log(Protocol):
    """What can be followed: EventLog."""

    def after(self, position: int, limit: int = 500, *, wait: float = 0.0, only: Only | None = None) -> EventsPage:
        """At most `limit` events after `position`; waits so many seconds for the first."""
        ...


class Subscription:
    """
    Iterate over it: pages of at most `limit` events, each event once, in the order of the store, for ever.

    `position` is up to where everything wanted was handed out and the loop came back for more. It moves over events
    that are not wanted too: there are pages without events, so that whoever keeps `read_to` beside what it makes of
    the events, in one transaction, goes on from there after a crash and reads nothing twice.
    """

    def __init__(self, log: Log, *, after: int = 0, only: Only | None = None, limit: int = 500) -> None:
        self.position = after
        self._log = log
        self._only = only
        self._limit = limit
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End the iteration, within a second; from any thread."""
        self._stopping.set()

    def __iter__(self) -> Iterator[EventsPage]:
        while not self._stopping.is_set():
            page = self._log.after(self.position, self._limit, wait=WAIT, only=self._only)
            if page.read_to > self.position:
                yield page
                self.position = page.read_to
