"""What a route function is given: the caller's identity, the services, and the ways to answer."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from synergy_contracts.envelope import Actor, PageRequest
from synergy_contracts.projects import ReadHistory
from synergy_gateway import pages
from synergy_gateway.answers import Answer, answered
from synergy_gateway.gateway import Gateway
from synergy_gateway.methods import Body, Method
from synergy_gateway.operations import Operation
from synergy_gateway.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """
    One request, understood. `command_id` is the same for a repeat of the same command; `url` is the absolute
    address without its query.
    """

    gateway: Gateway
    visit: Visit
    operation: Operation
    actor: Actor | None
    command_id: UUID
    url: str

    async def ask(self, method: Method[Body], body: Body) -> msgspec.Raw:
        """Ask a service in the caller's name. Raises Refused, RpcTimeout, RpcUnavailable."""
        if method.shared and self.actor is not None:
            return await self.gateway.services.read(method, body, visit=self.visit, actor=self.actor)
        deadline = None if self.operation.safe else self.gateway.settings.write_deadline
        return await self.gateway.services.ask(
            method, body, visit=self.visit, actor=self.actor, command_id=self.command_id, deadline=deadline
        )

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
