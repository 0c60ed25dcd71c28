"""How work is written on the bus: the body as JSON, the rest in headers; its id is the message's and never changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from amqp import Message

from synergy_chassis.bus.context import CallContext
from synergy_chassis.bus.wire import CONTENT_TYPE
from synergy_chassis.clock import new_id
from synergy_contracts.envelope import HEADER_REQUEST_ID, HEADER_TRACEPARENT

ATTEMPTS: Final = "attempts"
"""Tries so far, the interrupted ones too."""
SENT_AT: Final = "sent-at"
PARKED_AT: Final = "parked-at"
"""Both in milliseconds of Unix time."""
ERROR: Final = "error"
"""Why the last try failed."""
DELIVERED: Final = "x-delivery-count"
"""RabbitMQ's count of the deliveries before this one, of a quorum queue."""
LONGEST_ERROR: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """
    One piece of work as its handler gets it. `attempt` counts from 1; a job may be tried again after a try that did
    all its work, always under the same `id`: what must not happen twice is noted under it.
    """

    id: UUID
    body: Any
    attempt: int
    sent_at: datetime


def properties(job_id: UUID, headers: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a message of work."""
    return {"message_id": str(job_id), "content_type": CONTENT_TYPE, "application_headers": dict(headers)}


def first_headers(now: float, call: CallContext | None) -> dict[str, Any]:
    """The headers of new work, sent on behalf of `call`, if there is one; `now` is Unix time in seconds."""
    headers: dict[str, Any] = {
        ATTEMPTS: 0,
        SENT_AT: milliseconds(now),
        HEADER_REQUEST_ID: call.request_id if call else str(new_id()),
    }
    if call and call.traceparent:
        headers[HEADER_TRACEPARENT] = call.traceparent
    return headers


def kept_headers(message: Message) -> dict[str, Any]:
    """The headers of `message` that are ours to hand on, without what the broker noted on its way."""
    headers = message.headers or {}
    kept = (ATTEMPTS, SENT_AT, HEADER_REQUEST_ID, HEADER_TRACEPARENT)
    return {name: headers[name] for name in kept if name in headers}


def read(message: Message) -> Job:
    """The job in a message. Raises ValueError where it cannot be read."""
    headers = message.headers or {}
    return Job(
        id=UUID(str(message.properties.get("message_id"))),
        body=msgspec.json.decode(payload(message)),
        attempt=attempts(message) + 1,
        sent_at=moment(int(headers.get(SENT_AT, 0))),
    )


def attempts(message: Message) -> int:
    """How often it was tried before, as far as its headers say."""
    headers = message.headers or {}
    return int(headers.get(ATTEMPTS, 0)) + int(headers.get(DELIVERED, 0))


def payload(message: Message) -> bytes:
    """The body as bytes, whatever py-amqp made of it."""
    return message.body.encode() if isinstance(message.body, str) else bytes(message.body)


def error_text(error: BaseException) -> str:
    """What is noted of an error."""
    return f"{type(error).__name__}: {error}"[:LONGEST_ERROR].replace("\x00", "�")


def milliseconds(seconds: float) -> int:
    """Unix time as it stands in a header."""
    return int(seconds * 1000)


def moment(milliseconds: int) -> datetime:
    """The time a header tells."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
