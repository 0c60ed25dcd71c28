"""
The short way: what is kept is answered in one step to who may read it.

It does what the layers behind the frame do one after the other (`Crowd`, `Compressed`, `Limited`, `KeptAnswers`) for
the one request that comes most often: a GET with a token that is known to be good, of what is kept and nothing is known
against. Whatever else a request is, or turns out to be when Redis has answered, they answer it themselves; what was
found out until then goes with the visit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import structlog
from litestar.types import Send

from synergy_chassis.observing import tracing
from synergy_gateway import access, compressing, measures, visit
from synergy_gateway.addresses import client_address
from synergy_gateway.answers import Answer, unless_known
from synergy_gateway.compressing import Compressed
from synergy_gateway.crowd import Crowd
from synergy_gateway.gateway import Gateway
from synergy_gateway.handling import READ
from synergy_gateway.hosts import LONGEST_ADDRESS, AllowedHosts
from synergy_gateway.identity import Standing
from synergy_gateway.keeping import measures as keeping_measures
from synergy_gateway.keeping.keeper import HIT, Wanted, key_of
from synergy_gateway.keeping.shelf import Form, Kept
from synergy_gateway.limits.limits import Wish
from synergy_gateway.operations import Operation
from synergy_gateway.origins import Headers, Origins
from synergy_gateway.visit import Visit

log = structlog.get_logger(__name__)

MOST_FORMS: Final = 2
"""Forms of an answer that are remembered: clients may send whatever they like, and each takes 1.5 KB."""
LONGEST_ASKED: Final = 200
"""Bytes of the headers that ask for a form which is remembered."""


@dataclass(slots=True)
class Begun:
    """What was found out of a request that was on the short way, and must go the long one."""

    started: float
    request_id: str
    standing: Standing
    wish: Wish | None
    found: Answer | Wanted | None

    def onto(self, seen: Visit) -> None:
        """Hand it to the layers behind."""
        seen.started, seen.request_id = self.started, self.request_id
        seen.caller, seen.generation = self.standing.actor, self.standing.generation
        seen.wish, seen.looked = self.wish, (self.found,)


class Straight:
    """The short way through a gateway, around its `crowd`. `always` are headers of every answer."""

    def __init__(
        self, gateway: Gateway, crowd: Crowd, compressed: Compressed, operations: Iterable[Operation], always: Headers
    ) -> None:
        self._identity = gateway.identity
        self._keeper = gateway.keeper
        self._limits = gateway.limits
        self._crowd = crowd
        self._compressed = compressed
        self._routes = {operation.name: operation.path for operation in operations}
        self._always = always
        self._trusted = gateway.settings.trusted_proxies
        self._hosts = AllowedHosts(gateway.settings.allowed_hosts)
        self._origins = Origins(gateway.settings.cors_origins)

    async def answered(self, scope: Any, send: Send) -> bool | Begun:
        """
        Answer a request, if it may go the short way, and tell True. Else it must go the long one: False is told before
        anything was asked, and later what was found out; also where something failed here before anything was sent.
        """
        if scope["method"] != "GET" or self._crowd.full or tracing.recording():
            return False
        started, headers = perf_counter(), scope["headers"]
        given: dict[bytes, bytes] = dict(headers)
        host, authorization = given.get(b"host"), given.get(b"authorization")
        if not host or authorization is None or b"origin" in given or len(given) != len(headers):
            return False
        standing = self._identity.remembered(authorization.decode("latin-1"))
        if standing is None or READ not in standing.actor.scopes:
            return False
        asked, query, actor = scope["path"], scope["query_string"], standing.actor
        path = asked.rstrip("/")
        kept = self._keeper.promising(key_of(actor, path, query))
        if kept is None or len(asked) > len(path) + 1 or len(scope["raw_path"]) + len(query) > LONGEST_ADDRESS:
            return False
        if not self._hosts.allow(path, (host.decode("latin-1"),)):
            return False
        address = self._address(scope, given)
        request_id, traceparent = given.get(b"x-request-id"), given.get(b"traceparent")
        named = visit.request_id(None if request_id is None else request_id.decode("latin-1"))
        form = self._form(kept, given.get(b"accept-encoding", b""), given.get(b"if-none-match", b""))
        ids = {} if traceparent is None else tracing.ids(visit.traceparent(traceparent.decode("latin-1")))
        begun: Begun | None = None
        status, size = None, 0
        self._crowd.inside += 1
        measures.under_way.now += 1
        try:
            wish = self._limits.begin(actor, address)  # asked of Redis together with the marks
            found = self._keeper.found(actor, path, query, kept, await self._keeper.looking(actor, kept))
            limit = [] if wish is None else wish.granted()
            if found is not kept.answer or limit is None:
                begun = Begun(started, named, standing, wish, found)
                return begun
            headers, body = await self._packed(form)
            status, size = form.status, len(body)
            headers += [(b"x-request-id", named.encode()), *limit]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body, "more_body": False})
        except Exception:
            log.exception("unexpected-error", route=self._routes[kept.operation], request_id=named)
            begun = Begun(started, named, standing, wish=None, found=None) if status is None else None
            return begun or True
        finally:
            self._crowd.inside -= 1
            measures.under_way.now -= 1
            if begun is None:
                milliseconds = round((perf_counter() - started) * 1000, 2)
                if status is not None:
                    keeping_measures.read(HIT, milliseconds)
                cache = None if status is None else HIT
                route = self._routes[kept.operation]
                access.ended("GET", route, status, milliseconds, size, actor.user_id, cache, address, named, ids)
        return True

    async def _packed(self, form: Form) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Its headers and its body, compressed where that was asked for."""
        headers, body = list(form.headers), form.body
        if form.coding is not None:
            body = await self._compressed.pack(form.coding, body)
            headers = compressing.packed(headers, form.coding, len(body))
        return headers, body

    def _address(self, scope: Any, given: Mapping[bytes, bytes]) -> str | None:
        peer = scope.get("client")
        forwarded = given.get(b"x-forwarded-for")
        chain = [] if forwarded is None else [forwarded.decode("latin-1")]
        return client_address(peer[0] if peer else None, chain, self._trusted)

    def _form(self, kept: Kept, accepted: bytes, known: bytes) -> Form:
        """How what is kept is sent to who takes these codings and has these ETags."""
        form = kept.forms.get((accepted, known))
        if form is None:
            form = self._made(kept.answer, compressing.chosen(accepted.decode("latin-1")), known)
            if len(accepted) + len(known) <= LONGEST_ASKED:
                if len(kept.forms) == MOST_FORMS:
                    kept.forms.clear()
                kept.forms[accepted, known] = form
        return form

    def _made(self, answer: Answer, coding: str | None, known: bytes) -> Form:
        told = unless_known(answer, [compressing.plain(known).decode("latin-1")] if known else [])
        headers, packs = told.encoded(), False
        if told.status == 304:
            headers = tuple(compressing.known_as(headers, coding, known))
        elif (varied := compressing.compressible(headers)) is not None:
            headers, packs = varied, len(told.body) >= compressing.LEAST
        own = {name for name, _ in headers}
        headers = tuple(self._origins.varied([*headers, *(one for one in self._always if one[0] not in own)]))
        return Form(told.status, headers, told.body, coding if packs else None)
