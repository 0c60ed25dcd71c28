"""What surrounds every request, outside of the framework: ids, hosts, origins, headers, HEAD, access log."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import structlog
from litestar.types import ASGIApp, Message, Receive, Send

from synergy_chassis.observing import tracing
from synergy_gateway import access, measures, visit
from synergy_gateway.addresses import client_address
from synergy_gateway.hosts import EXEMPT, LONGEST_ADDRESS, AllowedHosts
from synergy_gateway.origins import Headers, Origins
from synergy_gateway.problems import MEDIA_TYPE, Problem, internal_error
from synergy_gateway.settings import Settings
from synergy_gateway.straight import Straight
from synergy_gateway.visit import Visit

log = structlog.get_logger(__name__)

SECURITY: Final = {
    "Server": "SynergyOS",  # instead of the name of the program that serves
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}
READ: Final = {
    name.encode(): name
    for name in (
        "access-control-request-method", "host", "origin", "traceparent", "tracestate", "user-agent", "x-forwarded-for",
        "x-request-id",
    )
}  # fmt: skip
"""Headers of a request that are looked at here."""
HSTS: Final = {"Strict-Transport-Security": "max-age=31536000"}


class Frame:
    """An ASGI application around the gateway's; with a `straight` way what is kept goes that one."""

    def __init__(self, app: ASGIApp, settings: Settings, straight: Straight | None = None) -> None:
        self._app = app
        self._straight = straight
        self._trusted = settings.trusted_proxies
        self._hosts = AllowedHosts(settings.allowed_hosts)
        self._origins = Origins(settings.cors_origins)
        self._security = security(settings)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Any, receive: Receive, send: Send) -> None:
        begun = False if self._straight is None else await self._straight.answered(scope, send)
        if begun is True:
            return
        headers = _texts(scope["headers"])
        seen = self._visit(scope, headers)
        if begun:
            begun.onto(seen)
        scope[visit.KEY] = seen
        method, origin = scope["method"], first(headers, "origin")
        if method == "HEAD":
            scope["method"], seen.head = "GET", True
        added = [*self._security, *self._origins.headers(origin), (b"x-request-id", seen.request_id.encode())]
        answer = _Answer(send, added, seen, self._origins, without_body=method == "HEAD")
        span = _span(seen, method)
        ids = tracing.ids(seen.traceparent)
        bound = structlog.contextvars.bind_contextvars(request_id=seen.request_id, **ids)
        measures.under_way.now += 1
        try:
            if wrong := self._wrong(scope, seen, headers):
                await answer.problem(wrong, seen)
            elif preflight := self._origins.preflight(method, origin, first(headers, "access-control-request-method")):
                await answer.whole(204, preflight, b"")
            else:
                await self._app(scope, receive, answer.send)
        except Problem as no:  # raised before the framework, which would tell it
            await answer.problem(no, seen)
        except Exception:
            log.exception("unexpected-error", route=seen.route)
            if answer.status is None:  # the framework itself failed, and nothing was sent yet
                await answer.problem(internal_error(), seen)
        finally:
            measures.under_way.now -= 1
            access.ended(
                method, seen.route, answer.status, seen.milliseconds, answer.size, seen.user_id, seen.cache,
                seen.client_address, seen.request_id, ids,
            )  # fmt: skip
            _end(span, seen, method, answer.status)
            structlog.contextvars.reset_contextvars(**bound)

    def _wrong(self, scope: Any, seen: Visit, headers: Mapping[str, list[str]]) -> Problem | None:
        """What of a request's address is not as it should be, whatever is asked for."""
        hosts = headers.get("host", [])
        if not self._hosts.allow(seen.path, hosts):
            return host_not_allowed()
        if (len(hosts) != 1 or not hosts[0]) and (len(hosts) > 1 or scope["http_version"] not in ("1", "1.0")):
            return Problem(400, "malformed-request", "A request names its host once, in the header Host.")
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return Problem(414, "address-too-long", f"The address is longer than {LONGEST_ADDRESS:,} bytes.")
        return None

    def _visit(self, scope: Any, headers: Mapping[str, list[str]]) -> Visit:
        peer = scope.get("client")
        traceparent = visit.traceparent(first(headers, "traceparent"))
        return Visit(
            request_id=visit.request_id(first(headers, "x-request-id")),
            path=scope["path"],
            client_address=client_address(peer[0] if peer else None, headers.get("x-forwarded-for", []), self._trusted),
            user_agent=first(headers, "user-agent"),
            traceparent=traceparent,
            tracestate=visit.tracestate(headers.get("tracestate", [])) if traceparent is not None else None,
        )


class _Answer:
    """Passes an answer on, with the headers that every answer has; notes its status and size."""

    def __init__(self, send: Send, added: Headers, seen: Visit, origins: Origins, *, without_body: bool) -> None:
        self._send = send
        self._added = added
        self._seen = seen
        self._origins = origins
        self._without_body = without_body
        self.status: int | None = None
        self.size = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = list(message.get("headers", ()))
            names = {name.lower() for name, _ in own}
            added = [header for header in (*self._added, *self._seen.limit) if header[0] not in names]
            message = {**message, "headers": self._origins.varied([*own, *added])}
        elif message["type"] == "http.response.body":
            if self._without_body:
                message = {**message, "body": b""}
            self.size += len(message.get("body", b""))
        await self._send(message)

    async def whole(self, status: int, headers: Headers, body: bytes) -> None:
        """An answer of the frame's own."""
        length = [] if status == 204 else [(b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
        await self.send({"type": "http.response.body", "body": body, "more_body": False})

    async def problem(self, problem: Problem, seen: Visit) -> None:
        """A problem document of the frame's own."""
        body = problem.body(instance=seen.path, request_id=seen.request_id)
        headers = [(b"content-type", MEDIA_TYPE.encode()), (b"cache-control", b"no-store")]
        headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        await self.whole(problem.status, headers, body)


def _span(seen: Visit, method: str) -> tracing.Span | None:
    """The request in its trace, whose parts are from now on beneath it; health checks are in none."""
    if not tracing.recording() or seen.path.rstrip("/") in EXEMPT:
        return None
    span = tracing.begin("request", "server", parent=seen.traceparent)
    seen.traceparent = span.traceparent
    return span


def _end(span: tracing.Span | None, seen: Visit, method: str, status: int | None) -> None:
    if span is not None:
        known = method if method in measures.METHODS else "other"
        span.rename(f"{known} {seen.route or measures.NO_ROUTE}")
        span.note(
            http__request__method=known,
            http__route=seen.route,
            http__response__status_code=status,
            enduser__id=seen.user_id,
        )
        span.note(synergyos__request_id=seen.request_id, synergyos__cache=seen.cache)
        span.end(str(status) if status is None or status >= 500 else None)


def security(settings: Settings) -> Headers:
    """Headers of every answer."""
    told = SECURITY | (HSTS if settings.public_url.startswith("https:") else {})
    return [(name.lower().encode(), value.encode()) for name, value in told.items()]


def host_not_allowed() -> Problem:
    """400: a name that is not ours."""
    return Problem(400, "host-not-allowed", "The Host header names a host that is not served here.")


def first(headers: Mapping[str, list[str]], name: str) -> str | None:
    """The first header of this name."""
    values = headers.get(name)
    return values[0] if values else None


def _texts(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in raw:
        if known := READ.get(name.lower()):
            headers.setdefault(known, []).append(value.decode("latin-1"))
    return headers
