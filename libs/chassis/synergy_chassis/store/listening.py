"""Hears that events were stored, in this process or another: one connection for all who wait in a process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import structlog
from sqlalchemy import Engine

from synergy_chassis.store.notifying import CHANNEL

_log = structlog.get_logger(__name__)

LINGER: Final = 10.0
"""Seconds for which the connection is kept when nobody waits any more."""
SLICE: Final = 1.0
RETRY: Final = 1.0
"""Seconds between two attempts to listen while the database is away."""


class Listener:
    """
    Counts what it hears. Whoever waits takes the count first, reads, and then waits for another count: nothing that is
    stored in between is slept through.

    Listening begins with the first who waits, and again after a lost connection; each time counts as something heard,
    because nobody was told of what was stored before. While it fails, nobody hears anything and all rely on looking.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._changed = threading.Condition()
        self._count = 0
        self._waiting = 0
        self._left_at = 0.0
        self._running = False

    @property
    def count(self) -> int:
        """How often something was heard."""
        return self._count

    @contextmanager
    def attended(self) -> Iterator[None]:
        """Listen while the block lasts. Does not wait for the connection."""
        with self._changed:
            self._waiting += 1
            start, self._running = not self._running, True
        try:
            if start:
                self._start()
            yield
        finally:
            with self._changed:
                self._waiting -= 1
                self._left_at = time.monotonic()

    def _start(self) -> None:
        try:
            threading.Thread(target=self._listen, name="listener", daemon=True).start()
        except RuntimeError as error:  # the process has no thread left, or ends: the next who waits tries again
            with self._changed:
                self._running = False
            _log.debug("not-listening", error=repr(error))

    def wait(self, count: int, seconds: float) -> None:
        """Return when something else than `count` was heard, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._count != count, seconds)

    def _listen(self) -> None:
        while self._wanted():
            try:
                with self._connection() as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self._hear()
                    while self._wanted():
                        for _ in connection.notifies(timeout=SLICE, stop_after=1):
                            self._hear()
            except Exception as error:
                _log.debug("not-listening", error=repr(error)[:300])
                time.sleep(RETRY)

    def _wanted(self) -> bool:
        """Whether somebody waits, or did lately; if not, the listening has ended."""
        with self._changed:
            self._running = self._waiting > 0 or time.monotonic() - self._left_at < LINGER
            return self._running

    def _hear(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        """One of the pool's making that the pool does not count: it is kept, and nobody's command waits for it."""
        made = self._engine.raw_connection()
        raw = made.driver_connection
        assert isinstance(raw, psycopg.Connection)
        made.detach()
        try:
            raw.autocommit = True
            yield raw
        finally:
            raw.close()
