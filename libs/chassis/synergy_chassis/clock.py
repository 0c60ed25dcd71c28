"""Time and identity: the only place that asks the machine for either."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """Tells the time; whoever needs it takes one as an argument."""

    def now(self) -> datetime:
        """The time as an aware UTC datetime, in microseconds."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251


def unix_now() -> float:
    """Seconds since 1970, UTC."""
    return time.time()  # noqa: TID251


class FixedClock:
    """A clock for tests: stands still until it is advanced."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("A clock needs an aware datetime.")
        self._now = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move the clock by `by`; a negative value sets it back."""
        self._now += by


class _Uuid7:
    """Makes UUIDs of version 7 that rise within a process, also within a millisecond (RFC 9562 §6.2, method 1)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._millisecond = 0
        self._counter = 0

    def __call__(self) -> UUID:
        random = int.from_bytes(os.urandom(10), "big")
        with self._lock:
            millisecond = time.time_ns() // 1_000_000
            if millisecond > self._millisecond:
                self._millisecond, self._counter = millisecond, random >> 69  # 11 random bits: room to count up
            else:
                self._counter += 1
                if self._counter > 0xFFF:
                    self._millisecond, self._counter = self._millisecond + 1, 0
            stamp, counter = self._millisecond, self._counter
        return UUID(int=stamp << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | random & (1 << 62) - 1)


_uuid7 = _Uuid7()


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562): later ids of one process sort after earlier ones."""
    return _uuid7()
