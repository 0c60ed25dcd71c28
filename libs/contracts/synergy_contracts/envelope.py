"""What surrounds every message: who asks, until when, and how a stored event travels."""

from datetime import datetime
from typing import Annotated, Any, Final, Generic, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

HEADER_ACTOR: Final = "synergy-actor"
"""JSON of `Actor`; absent for anonymous calls."""
HEADER_REQUEST_ID: Final = "synergy-request-id"
HEADER_COMMAND_ID: Final = "synergy-command-id"
"""UUID of the command: the same id has one effect, however often it arrives."""
HEADER_FINGERPRINT: Final = "synergy-fingerprint"
"""What a command was asked as: the same id with another fingerprint is refused. Absent where no id is given twice."""
HEADER_DEADLINE: Final = "synergy-deadline"
"""Unix time in milliseconds (UTC) after which nobody waits for the answer."""
HEADER_TRACEPARENT: Final = "traceparent"
"""W3C Trace Context."""
HEADER_TRACESTATE: Final = "tracestate"
"""The same, of others' tracing systems: it goes along with a traceparent, from call to call."""
HEADER_CLIENT_ADDRESS: Final = "synergy-client-address"
HEADER_USER_AGENT: Final = "synergy-user-agent"

RPC_EXCHANGE: Final = "nameko-rpc"

PositiveId = Annotated[int, Meta(ge=1, le=2**53 - 1)]
"""Id of a user, project or task; JSON numbers stay exact to 2**53 - 1 (RFC 8259 §6)."""


AsOf = Annotated[int, Meta(ge=0, le=2**53 - 1)] | Annotated[datetime, Meta(tz=True)]
"""A moment of a project's history: a version, or a time, which means the last version recorded by then."""


class Actor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    Who asks: a signed-in user. `scopes` are those of the token (`read`, `write`, `admin`). With `personal_token` it is
    a personal access token, whose id stands in `session_id`; `superuser` is told only where its scopes hold `admin`.
    """

    user_id: int
    scopes: tuple[str, ...] = ("read", "write")
    session_id: str | None = None
    superuser: bool = False
    personal_token: bool = False


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One event as its store holds it, and as the relay publishes it.

    `position` orders the whole store and has holes; `previous_position` is that of the stored event before it (0 for
    the first), so a reader can tell a hole from a loss. `version` counts 1, 2, 3 … within `stream`. `meta` holds
    `actor_id` (int or null), `command_id`, `request_id`, `traceparent`. `hash` is the stream's SHA-256 chain, in hex.
    `epoch` is the store's when a relay published the event: after a restore, messages from before tell of events that
    may be no more.
    """

    position: int
    previous_position: int
    stream: str
    version: int
    event_id: UUID
    type: str
    schema_version: int
    entity: str
    data: dict[str, Any]
    meta: dict[str, Any]
    recorded_at: datetime
    hash: str
    epoch: str | None = None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """How far a store has come: `position` is the last stored event's, 0 when empty; a restore changes `epoch`."""

    position: int
    epoch: str


class EventsAfter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Ask a store's owner for its events after `position`, at most `limit`, read behind the barrier.

    Where there is none yet, the owner waits for up to `wait` seconds, and not beyond the deadline of the call. It may
    answer earlier without any, for only some callers may wait at once: wait a moment before asking again.
    """

    position: Annotated[int, Meta(ge=0)]
    limit: Annotated[int, Meta(ge=1, le=1000)] = 500
    wait: Annotated[float, Meta(ge=0, le=30)] = 0


class EventsPage(msgspec.Struct, frozen=True, kw_only=True):
    """
    Events in position order; `read_to` is the position up to which nothing is missing. `epoch` is the store's, by which
    who asked for its head before knows that it was not restored since; None: not told.
    """

    events: list[StoredEvent]
    read_to: int
    epoch: str | None = None


class TallyUpTo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask a store's owner what it holds up to and with `position`."""

    position: Annotated[int, Meta(ge=0)]


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a store holds up to and with the position asked for: so many `events`, the `last` of them there (0: none).
    `head` is the position of its last event of all, and `epoch` its epoch.
    """

    events: int
    last: int
    head: int
    epoch: str


Revisions = Annotated[list[Annotated[int, Meta(ge=0)]], Meta(max_length=100)]
"""Of these revisions a thing must have one, or it is not changed."""


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An RPC body without content."""


class PageRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page of a list; `page` counts from 1."""

    page: Annotated[int, Meta(ge=1)] = 1
    page_size: Annotated[int, Meta(ge=1, le=200)] = 50


Cursor = Annotated[str, Meta(min_length=1, max_length=1_000)]
"""A place in a list, as `next` of an answer tells it; or `start`."""

Item = TypeVar("Item")


class Page(msgspec.Struct, Generic[Item], frozen=True, kw_only=True, omit_defaults=True):
    """
    One page of a list. `count` is exact to 1,000 and None beyond where no counter knows it. `cursor` is where a list
    goes on that can be read by cursor.
    """

    count: int | None
    results: list[Item]
    cursor: str | None = None


class PartHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    State of one part: `status` is `up` or `down`, `lag` counts events not yet published or consumed, `detail` says
    what to look at.
    """

    status: str
    latency_ms: float | None = None
    lag: int | None = None
    detail: str | None = None


class ServiceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A service's report on itself: parts named `database`, `relay`, `consumer`, `senders` where it has them."""

    service: str
    version: str
    parts: dict[str, PartHealth]
