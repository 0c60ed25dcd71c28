"""One request on its way through the gateway: what its answer, its log line and its calls have in common."""

import re
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from litestar.connection import Request

from synergy_chassis.clock import new_id_text
from synergy_chassis.observing import tracing
from synergy_contracts.envelope import Actor

if TYPE_CHECKING:
    from synergy_gateway.answers import Answer
    from synergy_gateway.keeping.keeper import Wanted
    from synergy_gateway.limits.limits import Wish

KEY: Final = "synergy.visit"
"""Where the ASGI scope holds the visit."""
LONGEST_TRACESTATE: Final = 512
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._:@/+=-]{1,128}")


@dataclass(slots=True, kw_only=True)
class Visit:
    """
    `path` is as it was asked for; `route` is the template that took it, None where none did. `caller` is who asks where
    that was found out already, or what was raised instead. `cache` is what became of a read whose answer may be kept,
    `looked` what was found in memory already, if it was looked for, `wanted` what its answer is to be kept with,
    `refusal` what was raised where it was asked for together with others.
    `generation` is that of the caller's tokens; `head`: a body is not wanted.
    `wish` is what the request takes of a limit, `limit` the headers that tell what is left of it.
    """

    request_id: str
    path: str
    client_address: str | None = None
    user_agent: str | None = None
    traceparent: str | None = None
    tracestate: str | None = None
    route: str | None = None
    user_id: int | None = None
    generation: int = 0
    head: bool = False
    caller: Actor | Exception | None = None
    cache: str | None = None
    looked: "tuple[Answer | Wanted | None] | None" = None
    wanted: "Wanted | None" = None
    refusal: Exception | None = None
    wish: "Wish | None" = None
    limit: list[tuple[bytes, bytes]] = field(default_factory=list)
    started: float = field(default_factory=perf_counter)

    async def admit(self) -> None:
        """Return once the request may be answered. Raises Problem 429."""
        if self.wish is not None:
            self.limit = await self.wish.settle()

    @property
    def milliseconds(self) -> float:
        """How long it has taken so far."""
        return round((perf_counter() - self.started) * 1000, 2)


def of(request: Request[Any, Any, Any]) -> Visit:
    """The visit this request belongs to."""
    scope: Any = request.scope
    visit: Visit = scope[KEY]
    return visit


def request_id(given: str | None) -> str:
    """The id the client gave, if it is safe to log and to send back; else a fresh one."""
    return given if given is not None and REQUEST_ID.fullmatch(given) else new_id_text()


def tracestate(given: list[str]) -> str | None:
    """The client's words for its tracing systems (§3.3), in one line; None where they are too long to be handed on."""
    line = ",".join(part.strip() for part in given)
    return line if 0 < len(line) <= LONGEST_TRACESTATE and line.isascii() and line.isprintable() else None


def traceparent(given: str | None) -> str | None:
    """The client's trace context, if it is one (W3C Trace Context §3.2)."""
    return given if given is not None and tracing.TRACEPARENT.fullmatch(given) else None
