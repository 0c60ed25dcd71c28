"""What a route function is given: the caller's identity, the services, and the ways to answer."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.envelope import Actor, PageRequest
from synergy_contracts.refusals import Refused
from synergy_gateway import pages
from synergy_gateway.answers import Answer, answered, tag
from synergy_gateway.cursors import HistoryQuery
from synergy_gateway.gateway import Gateway
from synergy_gateway.methods import Body, Method
from synergy_gateway.operations import Operation
from synergy_gateway.problems import from_refusal
from synergy_gateway.repeats import Repeatable
from synergy_gateway.visit import Visit

IN_DOUBT: Final = frozenset({"unavailable", "too_late", "internal"})
"""Kinds of a no after which a change may have been made all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """
    One request, understood. `command` is the same for a repeat of the same one; `url` is the absolute
    address without its query, `last_event_id` what a reader of a stream read last, `if_match` the revisions of which
    the thing must have one, `fields` those of the answer that are wanted, None for all. `told` gathers the versions
    that services tell.
    """

    gateway: Gateway
    visit: Visit
    operation: Operation
    actor: Actor | None
    command: Repeatable
    url: str
    last_event_id: str | None = None
    if_match: list[int] | None = None
    fields: tuple[str, ...] | None = None
    told: dict[str, int | None] = field(default_factory=dict)

    def caller(self) -> Actor:
        """Who asks, where the operation is for who is signed in."""
        if self.actor is None:
            raise LookupError(f"{self.operation.name} is open to everybody.")
        return self.actor

    async def ask(self, method: Method[Body], body: Body) -> msgspec.Raw:
        """Ask a service in the caller's name. Raises Refused, RpcTimeout, RpcUnavailable."""
        if method.shared and self.actor is not None:
            told = await self.gateway.services.read(method, body, visit=self.visit, actor=self.actor)
        elif self.operation.safe:
            told = await self.gateway.services.told(method, body, visit=self.visit, actor=self.actor)
        else:
            return await self.change(method, body, actor=self.actor, command=self.command)
        self.told.update(told.versions or {})
        return told.result

    async def change(
        self, method: Method[Body], body: Body, *, actor: Actor | None, command: Repeatable | None = None
    ) -> msgspec.Raw:
        """
        Have a service change something in the name of `actor`, as a command of its own where it has no id. What changed
        is marked before this returns, so that nobody who hears of it reads anything older.
        """
        keeper, deadline = self.gateway.keeper, self.gateway.settings.write_deadline
        try:
            result, versions = await self.gateway.services.told(
                method, body, visit=self.visit, actor=actor, command=command, deadline=deadline
            )
        except (Refused, RpcTimeout, RpcUnavailable) as no:
            if not isinstance(no, Refused) or no.kind in IN_DOUBT:
                await keeper.doubt(actor)
            raise
        if versions:
            await keeper.changed(versions)
            self.told.update(versions)
        return result

    async def ask_if_matched(
        self, method: Method[Body], body: Body, *, reading: tuple[Method[Any], Any]
    ) -> msgspec.Raw:
        """
        The same for a change that depends on what the caller has seen: where that has changed, the Problem 412 tells
        the ETag of what `reading` reads, as it is now.
        """
        try:
            return await self.ask(method, body)
        except Refused as no:
            if no.kind != "precondition_failed":
                raise
            problem = from_refusal(no)
            with suppress(Refused, RpcTimeout, RpcUnavailable):
                current = await self.gateway.services.told(*reading, visit=self.visit, actor=self.actor)
                problem.headers["ETag"] = tag(bytes(current.result))
            raise problem from no

    async def answer(self, method: Method[Body], body: Body) -> Answer:
        """200 with what the service says."""
        return answered(await self.ask(method, body))

    async def page(self, method: Method[Any], asked: PageRequest, *, shown: PageRequest | None = None) -> Answer:
        """200 with a page of the service's list; `shown` is what the caller asked, where that differs."""
        body, headers = pages.envelope(
            await self.ask(method, asked), asked=shown or asked, url=self.url, fixed=self.operation.fixed
        )
        return answered(body, headers)

    async def page_after(self, method: Method[Any], asked: Any, *, shown: HistoryQuery) -> Answer:
        """200 with a part of a history, and where it goes on; `shown` is what the caller asked."""
        return answered(*pages.part(await self.ask(method, asked), asked=shown, url=self.url))
