"""What goes out, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

LaneKey: TypeAlias = tuple[UUID, str]
"""(webhook_id, lane)"""

GONE = 410
SLOW_DOWN = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of the subscription, sealed."""

    key_id: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """
    One delivery, ready to be signed and sent. `issued_at` is when the database handed it out; `keys`, newest first,
    all sign. Until `sure_until` (time.monotonic) its lane is leased by who has it, however long the answer took. It
    belongs to the trace of `traceparent`, if there is one.
    """

    webhook_id: UUID
    lane: str
    delivery_id: UUID
    event_id: UUID
    event_type: str
    sequence: int | None
    format: str
    body: bytes
    url: str
    keys: tuple[Key, ...]
    issued_at: datetime
    sure_until: float
    traceparent: str | None = None

    @property
    def lane_key(self) -> LaneKey:
        """The lane it is the head of."""
        return self.webhook_id, self.lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one attempt came to. Without a status code `error` says what went wrong."""

    at: datetime
    duration_ms: int
    status_code: int | None = None
    error: str | None = None
    response_body: str | None = None
    address: str | None = None
    key_id: UUID | None = None
    retry_after: timedelta | None = None

    @property
    def success(self) -> bool:
        """2xx, and nothing else."""
        return self.status_code is not None and 200 <= self.status_code < 300

    @property
    def gone(self) -> bool:
        """The endpoint wants no more, ever."""
        return self.status_code == GONE

    @property
    def refused(self) -> bool:
        """An answer that says no to this very delivery; what is down or overloaded says nothing of it."""
        return self.status_code is not None and not self.success and not self.slow_down

    @property
    def slow_down(self) -> bool:
        """The endpoint, or what stands before it, is overloaded."""
        return self.status_code in SLOW_DOWN
