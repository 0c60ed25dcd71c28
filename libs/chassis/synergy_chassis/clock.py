"""Time and identity: the only place that asks the machine for either."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

RANDOM: Final = 10
"""Random bytes that an id takes."""
AT_ONCE: Final = 128
"""Ids whose random bytes are asked of the system together."""
VARIANT: Final = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The digit of a UUID's variant, by a random one."""


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
    """
    Makes UUIDs of version 7, as 32 hexadecimal digits, that rise within a process, also within a millisecond (RFC 9562
    §6.2, method 1).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._millisecond = 0
        self._stamp = ""
        self._counter = 0
        self._random = ""
        self._used = 0
        os.register_at_fork(after_in_child=self._forget)

    def __call__(self) -> str:
        with self._lock:
            if self._used == len(self._random):
                self._random, self._used = os.urandom(RANDOM * AT_ONCE).hex(), 0
            random = self._random[self._used : self._used + 2 * RANDOM]
            self._used += 2 * RANDOM
            millisecond = time.time_ns() // 1_000_000
            if millisecond > self._millisecond:
                self._begin(millisecond, int(random[16:], 16) >> 5)  # 11 random bits: room to count up
            else:
                self._counter += 1
                if self._counter > 0xFFF:
                    self._begin(self._millisecond + 1, 0)
            return f"{self._stamp}7{self._counter:03x}{VARIANT[random[0]]}{random[1:16]}"

    def _begin(self, millisecond: int, counter: int) -> None:
        self._millisecond, self._stamp, self._counter = millisecond, f"{millisecond:012x}", counter

    def _forget(self) -> None:
        """What is left of the random digits belongs to the process that was forked."""
        self._lock = threading.Lock()
        self._random, self._used = "", 0


_uuid7 = _Uuid7()


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562): later ids of one process sort after earlier ones."""
    return UUID(int=int(_uuid7(), 16))


def new_id_text() -> str:
    """The same as text, for what is only told: it costs a third of both steps."""
    digits = _uuid7()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
