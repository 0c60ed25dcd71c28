"""What a route function is given: the caller's identity, the services, and the ways to answer."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.envelope import Actor, PageRequest
from synergy_contracts.projects import ReadHistory
from synergy_contracts.refusals import Refused
from synergy_gateway import pages
from synergy_gateway.answers import Answer, answered
from synergy_gateway.gateway import Gateway
from synergy_gateway.methods import Body, Method
from synergy_gateway.operations import Operation
from synergy_gateway.visit import Visit

IN_DOUBT: Final = frozenset({"unavailable", "too_late", "internal"})
"""Kinds of a no after which a change may have been made all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """
    One request, understood. `command_id` is the same for a repeat of the same command; `url` is the absolute
    address without its query, `last_event_id` what a reader of a stream read last. `told` gathers the versions that
    services tell.
    """

    gateway: Gateway
    visit: Visit
    operation: Operation
    actor: Actor | None
    command_id: UUID
    url: str
    last_event_id: str | None = None
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
            return await self.change(method, body, actor=self.actor, command_id=self.command_id)
        self.told.update(told.versions or {})
        return told.result

    async def change(
        self, method: Method[Body], body: Body, *, actor: Actor | None, command_id: UUID | None = None
    ) -> msgspec.Raw:
        """
        Have a service change something in the name of `actor`, as a command of its own where it has no id. What changed
        is marked before this returns, so that nobody who hears of it reads anything older.
        """
        keeper, deadline = self.gateway.keeper, self.gateway.settings.write_deadline
        try:
            result, versions = await self.gateway.services.told(
                method, body, visit=self.visit, actor=actor, command_id=command_id, deadline=deadline
            )
        except (Refused, RpcTimeout, RpcUnavailable) as no:
            if not isinstance(no, Refused) or no.kind in IN_DOUBT:
                await keeper.doubt(actor)
            raise
        if versions:
            await keeper.changed(versions)
            self.told.update(versions)
        return result

    async def answer(self, method: Method[Body], body: Body) -> Answer:
        """200 with what the service says."""
        return answered(await self.ask(method, body))

    async def page(self, method: Method[Any], asked: PageRequest) -> Answer:
        """200 with a page of the service's list."""
        body, headers = pages.envelope(
            await self.ask(method, asked), asked=asked, url=self.url, fixed=self.operation.fixed
        )
        return answered(body, headers)

    async def page_after(self, method: Method[Any], asked: ReadHistory) -> Answer:
        """200 with a part of a history, and where it goes on."""
        told = await self.ask(method, asked)
        return answered(*pages.part(told, asked=asked, url=self.url, fixed=self.operation.fixed))
