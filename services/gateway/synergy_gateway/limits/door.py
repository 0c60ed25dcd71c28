"""The outermost layer within the frame: who asks is found out once, and one token of theirs is taken."""

from collections.abc import Iterable
from typing import Any, Final

from litestar.types import ASGIApp, Receive, Send

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_gateway import visit
from synergy_gateway.hosts import EXEMPT
from synergy_gateway.identity import Identity
from synergy_gateway.limits.limits import Limits
from synergy_gateway.operations import Operation
from synergy_gateway.problems import Problem
from synergy_gateway.visit import Visit

AUTHORIZATION: Final = b"authorization"


class Limited:
    """
    An ASGI application around the others. Where a token is given it is checked here, but for addresses that need none:
    those count for the address they come from, whoever claims to ask. A token that is not good is nobody's; where
    nobody can tell whether it is, the answer is 503, which counts for none: its owner must not seem a stranger.

    A visit that was looked at in `straight` has been here.

    The token of the bucket is only begun to be taken: `Visit.admit` waits for it, and whoever answers must.
    """

    def __init__(self, app: ASGIApp, limits: Limits, identity: Identity, operations: Iterable[Operation]) -> None:
        self._app = app
        self._limits = limits
        self._identity = identity
        signed_in = {operation.path.rstrip("/") for operation in operations if operation.signed_in}
        self._open = {operation.path.rstrip("/") for operation in operations} - signed_in

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"].rstrip("/")
            seen: Visit = scope[visit.KEY]
            if path not in EXEMPT and seen.looked is None:
                if path not in self._open:
                    await self._recognise(scope, seen)
                actor = None if isinstance(seen.caller, Exception) else seen.caller
                if not _nobody_can_tell(seen.caller):
                    seen.wish = self._limits.begin(actor, seen.client_address)
        await self._app(scope, receive, send)

    async def _recognise(self, scope: Any, seen: Visit) -> None:
        given = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == AUTHORIZATION]
        if not given:
            return
        try:
            standing = await self._identity.standing(given, address=seen.client_address)
            seen.caller, seen.generation = standing.actor, standing.generation
        except Exception as no:  # it is told where every other one is
            seen.caller = no


def _nobody_can_tell(caller: object) -> bool:
    return isinstance(caller, RpcTimeout | RpcUnavailable) or (isinstance(caller, Problem) and caller.status == 503)
