"""Who calls, until when, and under which ids: read from a message's headers, written to the next one's."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec

from synergy_chassis.clock import new_id, unix_now
from synergy_contracts.envelope import (
    HEADER_ACTOR,
    HEADER_CLIENT_ADDRESS,
    HEADER_COMMAND_ID,
    HEADER_DEADLINE,
    HEADER_FINGERPRINT,
    HEADER_REQUEST_ID,
    HEADER_TRACEPARENT,
    HEADER_TRACESTATE,
    HEADER_USER_AGENT,
    Actor,
)
from synergy_contracts.refusals import Refused

if TYPE_CHECKING:
    from synergy_chassis.store import CommandContext

ANSWERING: Final = 0.25
"""Seconds that are kept for the answer of a call that waits for something."""
_actors = msgspec.json.Decoder(Actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallContext:
    """
    What surrounds one call. `deadline` is Unix time in seconds, None where the caller waits for ever;
    `sender` is the broker user that published it, as the broker checked it.

    `versions` is for the answer, and filled while the call is answered: of a read, the version of each stream it was
    made of, which is not newer than what is told; of a command, the version of each stream after it. What changes
    without versions of its own stands there with None. So whoever keeps an answer can tell when it is an old one.
    """

    actor: Actor | None
    request_id: str
    command_id: UUID
    fingerprint: str | None = None
    deadline: float | None = None
    traceparent: str | None = None
    tracestate: str | None = None
    client_address: str | None = None
    user_agent: str | None = None
    sender: str | None = None
    versions: dict[str, int | None] = field(default_factory=dict, compare=False)

    @property
    def late(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self.deadline is not None and unix_now() >= self.deadline

    def remaining(self, at_most: float) -> float:
        """Seconds until the deadline, at most `at_most`; 0 when it has passed."""
        if self.deadline is None:
            return at_most
        return max(0.0, min(at_most, self.deadline - unix_now()))

    def may_wait(self, at_most: float) -> float:
        """Seconds this call may wait for something and be answered in time all the same, at most `at_most`."""
        return max(0.0, self.remaining(at_most + ANSWERING) - ANSWERING)

    def signed_in(self) -> Actor:
        """The caller. Raises Refused (unauthenticated) for an anonymous call."""
        if self.actor is None:
            raise Refused("unauthenticated", "authentication-required", "Sign in and send the access token.")
        return self.actor

    def command(self) -> "CommandContext":
        """What the event store notes beside the events of this call."""
        from synergy_chassis.store import CommandContext

        return CommandContext(
            command_id=self.command_id,
            actor_id=self.actor.user_id if self.actor else None,
            request_id=self.request_id,
            traceparent=self.traceparent,
            fingerprint=self.fingerprint,
        )


CURRENT: ContextVar[CallContext | None] = ContextVar("call", default=None)
"""The call that this worker answers."""


def read_headers(headers: Mapping[str, Any], *, sender: str | None = None) -> CallContext:
    """The context a message carries. Raises Refused (malformed) where a header cannot be read."""
    try:
        actor, command_id = headers.get(HEADER_ACTOR), headers.get(HEADER_COMMAND_ID)
        deadline = headers.get(HEADER_DEADLINE)
        return CallContext(
            actor=_actors.decode(str(actor)) if actor else None,
            request_id=_text(headers, HEADER_REQUEST_ID, 200) or str(new_id()),
            command_id=UUID(str(command_id)) if command_id else new_id(),
            fingerprint=_text(headers, HEADER_FINGERPRINT, 100),
            deadline=int(deadline) / 1000 if deadline else None,
            traceparent=_text(headers, HEADER_TRACEPARENT, 200),
            tracestate=_text(headers, HEADER_TRACESTATE, 512),
            client_address=_text(headers, HEADER_CLIENT_ADDRESS, 200),
            user_agent=_text(headers, HEADER_USER_AGENT, 500),
            sender=sender,
        )
    except (ValueError, TypeError, msgspec.MsgspecError) as error:
        raise Refused("malformed", "malformed-headers", "A header of the call is not readable.") from error


def write_headers(
    *, seconds: float, actor: Actor | None = None, command_id: UUID | None = None, parent: CallContext | None = None
) -> dict[str, Any]:
    """
    Headers of a call that is given `seconds`, made on behalf of `parent`, the call being answered, if there is
    one.
    """
    headers: dict[str, Any] = {
        HEADER_DEADLINE: int((unix_now() + seconds) * 1000),
        HEADER_REQUEST_ID: parent.request_id if parent else str(new_id()),
    }
    if actor is not None:
        headers[HEADER_ACTOR] = msgspec.json.encode(actor).decode()
    if command_id is not None:
        headers[HEADER_COMMAND_ID] = str(command_id)
    if parent and parent.traceparent:
        headers[HEADER_TRACEPARENT] = parent.traceparent
        if parent.tracestate:
            headers[HEADER_TRACESTATE] = parent.tracestate
    return headers


def _text(headers: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = headers.get(name)
    return str(value)[:longest] if value else None
