"""The layer before the framework: who may read what is kept is answered from memory."""

import re
from collections.abc import Iterable
from typing import Any, Final

from litestar.types import ASGIApp, Receive, Send

from synergy_contracts.envelope import Actor
from synergy_gateway import visit
from synergy_gateway.answers import Answer, unless_known
from synergy_gateway.handling import READ
from synergy_gateway.keeping import measures
from synergy_gateway.keeping.keeper import BYPASS, HIT, Keeper, Place
from synergy_gateway.keeping.table import KEPT
from synergy_gateway.operations import PLACEHOLDER, Operation
from synergy_gateway.visit import Visit

DIGITS: Final = r"[0-9]{1,16}"
"""An id, in the addresses of what is kept."""


class KeptAnswers:
    """
    An ASGI application around the framework's, within `limits.door`: who asks is known here, and a token of theirs
    asked for, which is waited for together with the marks.
    """

    def __init__(self, app: ASGIApp, keeper: Keeper, operations: Iterable[Operation]) -> None:
        self._app = app
        self._keeper = keeper
        kept = [operation for operation in operations if operation.name in KEPT]
        self._routes = [operation.path for operation in kept]
        self._pattern = re.compile("|".join(map(_pattern, kept)))

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        route = self._route(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen: Visit = scope[visit.KEY]
        if route is None:
            await seen.admit()
            await self._app(scope, receive, send)
            return
        answer = await self._kept(scope, seen)
        if answer is None:
            await self._app(scope, receive, send)
        else:
            seen.route = route
            await _send(unless_known(answer, _values(scope, b"if-none-match")), send)
        if seen.cache is not None:
            measures.read(seen.cache, seen.milliseconds)

    async def _kept(self, scope: Any, seen: Visit) -> Answer | None:
        actor = seen.caller
        if not isinstance(actor, Actor) or READ not in actor.scopes:
            await seen.admit()
            return None
        seen.user_id = actor.user_id
        if seen.looked is not None:  # in `straight`
            (found,) = seen.looked
        else:
            found = await self._keeper.look(Place(actor, scope["path"].rstrip("/"), scope["query_string"]))
        await seen.admit()  # it was asked in the same turn
        if isinstance(found, Answer):
            seen.cache = HIT
            return found
        seen.wanted, seen.cache = found, BYPASS
        if found is None or not self._keeper.joinable(found):
            return None
        try:
            answer, seen.cache = await self._keeper.join(found)
        except Exception as no:
            seen.refusal = no
            return None
        return answer

    def _route(self, path: str) -> str | None:
        found = self._pattern.fullmatch(path)
        return None if found is None or found.lastindex is None else self._routes[found.lastindex - 1]


def _pattern(operation: Operation) -> str:
    return f"({PLACEHOLDER.sub(DIGITS, operation.path.rstrip('/'))}/?)"


def _values(scope: Any, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


async def _send(answer: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.encoded()})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
