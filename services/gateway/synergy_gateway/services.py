"""Calls to the services: who asks, under which ids, until when."""

from datetime import timedelta
from typing import Any, Final, Protocol

import msgspec

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.bus.wire import Told
from synergy_chassis.clock import new_id_text
from synergy_contracts.envelope import (
    HEADER_ACTOR,
    HEADER_CLIENT_ADDRESS,
    HEADER_COMMAND_ID,
    HEADER_FINGERPRINT,
    HEADER_REQUEST_ID,
    HEADER_TRACEPARENT,
    HEADER_TRACESTATE,
    HEADER_USER_AGENT,
    Actor,
)
from synergy_gateway.lines import PATIENCE, Lines
from synergy_gateway.methods import Body, Method
from synergy_gateway.problems import Problem
from synergy_gateway.repeats import Repeatable
from synergy_gateway.sharing import SharedReads
from synergy_gateway.visit import Visit

LONGEST_USER_AGENT: Final = 500
LEAST: Final = 0.5
"""Seconds a call is given however long it stood in a line that does not move."""


class Calls(Protocol):
    """What carries a call over the bus: `synergy_chassis.bus.asyncio_caller.Caller`."""

    @property
    def connected(self) -> bool: ...
    async def told(self, method: str, body: Any, *, headers: dict[str, str], deadline: float) -> Told: ...
    async def round_trip(self, *, deadline: float) -> None: ...


class Services:
    """The services as the gateway asks them. `deadline` is that of a call which names none."""

    def __init__(self, caller: Calls, *, deadline: timedelta) -> None:
        self._caller = caller
        self._deadline = deadline
        self._lines = Lines()
        self.reads: SharedReads[Told] = SharedReads()

    @property
    def connected(self) -> bool:
        """Whether the broker takes calls now."""
        return self._caller.connected

    async def reach_broker(self, deadline: timedelta) -> None:
        """Return when the broker itself has answered. Raises RpcTimeout or RpcUnavailable."""
        await self._caller.round_trip(deadline=deadline.total_seconds())

    async def ask(
        self, method: Method[Body], body: Body, *, actor: Actor | None = None, deadline: timedelta | None = None
    ) -> msgspec.Raw:
        """The answer's bytes, as the service wrote them. Raises Refused, RpcTimeout or RpcUnavailable."""
        return (await self.told(method, body, actor=actor, deadline=deadline)).result

    async def told(
        self,
        method: Method[Body],
        body: Body,
        *,
        visit: Visit | None = None,
        actor: Actor | None = None,
        command: Repeatable | None = None,
        deadline: timedelta | None = None,
    ) -> Told:
        """
        The same with the versions that were told, in somebody's name. A call without `command` is a command of its
        own. `deadline` counts from when it is its turn.
        """
        headers = {HEADER_COMMAND_ID: str(command.id) if command else new_id_text()}
        if command is not None and command.fingerprint is not None:
            headers[HEADER_FINGERPRINT] = command.fingerprint
        if actor is not None:
            headers[HEADER_ACTOR] = msgspec.json.encode(actor).decode()
        if visit is not None:
            headers |= _headers(visit)
        seconds = (deadline or self._deadline).total_seconds()
        line = self._lines.before(method)
        if line is None:
            return await self._caller.told(method.name, body, headers=headers, deadline=seconds)
        async with line.place() as waited:
            seconds = max(LEAST, seconds - waited)
            return await self._caller.told(method.name, body, headers=headers, deadline=seconds)

    async def read(self, method: Method[Body], body: Body, *, visit: Visit, actor: Actor) -> Told:
        """The same for a read that may share its call with equal ones of the same user with the same rights."""
        key = (method.name, actor.user_id, actor.superuser, frozenset(actor.scopes), msgspec.json.encode(body))
        return await self.reads.ask(
            key, lambda: self.told(method, body, visit=visit, actor=actor), deadline=self._deadline + PATIENCE
        )


def unanswered(error: RpcTimeout | RpcUnavailable, *, safe: bool) -> Problem:
    """503 for a call nobody answered. `safe` says that the request changed nothing."""
    doubt = "" if safe else " Whether the change was made is not known: read before you repeat it."
    if isinstance(error, RpcTimeout):
        return Problem(503, "deadline-exceeded", f"A service did not answer in time.{doubt}")
    return Problem(503, "service-unavailable", f"A part of the system cannot be reached now.{doubt}")


def _headers(visit: Visit) -> dict[str, str]:
    told = {
        HEADER_REQUEST_ID: visit.request_id,
        HEADER_TRACEPARENT: visit.traceparent,
        HEADER_TRACESTATE: visit.tracestate,
        HEADER_CLIENT_ADDRESS: visit.client_address,
        HEADER_USER_AGENT: (visit.user_agent or "")[:LONGEST_USER_AGENT],
    }
    return {name: value for name, value in told.items() if value}
