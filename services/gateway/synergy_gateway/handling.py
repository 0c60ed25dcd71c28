"""From a request to an operation's answer: who, what, then the route function."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from litestar.connection import Request
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Send

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.envelope import Actor, PositiveId
from synergy_gateway import bodies, fields, parameters, repeats, uploads, visit
from synergy_gateway.answers import JSON, NO_STORE, REVALIDATE, Answer, revisions, tagged, unless_known
from synergy_gateway.asking import Asking
from synergy_gateway.gateway import Gateway
from synergy_gateway.operations import PLACEHOLDER, Operation
from synergy_gateway.problems import Problem, allow, not_found

Requested = Request[Any, Any, Any]
WITH_BODY: Final = frozenset({200, 201, 202})
"""Statuses of answers that tell something."""
READ: Final = "read"
WRITE: Final = "write"
ADMIN: Final = "admin"
LONGEST_TAGS: Final = 1_000
"""Characters of an If-Match."""
UNSUPPORTED_PRECONDITIONS: Final = ("if-match", "if-unmodified-since")
OF_ITSELF: Final = (200, 201)
"""Statuses of changes whose answer is the thing as it is now."""


def route_handler(operation: Operation, gateway: Gateway) -> HTTPRouteHandler:
    """The operation as Litestar routes it."""

    async def handle(request: Requested) -> ASGIResponse:
        answer = await perform(operation, gateway, request)
        if answer.stream is not None:
            return Streamed(answer)
        if answer.media_type == JSON and answer.status in WITH_BODY:
            return Whole(answer)
        return ASGIResponse(
            body=answer.body, status_code=answer.status, media_type=answer.media_type, headers=answer.headers
        )

    return HTTPRouteHandler(
        _routed(operation.path),
        http_method=operation.method,  # type: ignore[arg-type]
        name=operation.name,
        status_code=200,  # the answer brings its own
    )(handle)


class Whole(ASGIResponse):
    """JSON, which goes out as it is: the framework would put the same headers together one by one."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Send it."""
        answer = self._answer
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.encoded()})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})


class Streamed(ASGIResponse):
    """An answer that is written as it comes."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(status_code=answer.status, media_type=answer.media_type, headers=answer.headers)
        self._answer = answer

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Begin the answer, and let its stream go on."""
        answer = self._answer
        headers = [*answer.headers.items(), ("Content-Type", answer.media_type)]
        start = {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        }
        if answer.stream is not None:
            await answer.stream(receive, send, start)


def options_handlers(operations: Iterable[Operation]) -> list[HTTPRouteHandler]:
    """OPTIONS of every address: the methods that are there."""
    methods: dict[str, set[str]] = {}
    for operation in operations:
        methods.setdefault(operation.path, set()).add(operation.method)
    return [_options_handler(path, allow(there)) for path, there in methods.items()]


def _options_handler(path: str, allowed: str) -> HTTPRouteHandler:
    async def handle(request: Requested) -> ASGIResponse:
        visit.of(request).route = path
        return ASGIResponse(status_code=204, headers={"Allow": allowed})

    return HTTPRouteHandler(_routed(path), http_method="OPTIONS", name=f"options {path}", status_code=200)(handle)


def _routed(path: str) -> str:
    return PLACEHOLDER.sub(r"{\1:str}", path)


async def perform(operation: Operation, gateway: Gateway, request: Requested) -> Answer:
    """
    Check and do what is asked. Identity comes first: a stranger learns nothing about values.

    Raises Problem, and what the services raise.
    """
    seen = visit.of(request)
    seen.route = operation.path
    actor = await _actor(operation, gateway, request) if operation.signed_in else None
    seen.user_id = actor.user_id if actor else None
    given: dict[str, Any] = _path(operation, request.path_params)
    address = operation.path.format_map(given)
    if not operation.safe:
        _refuse_preconditions(request, operation)
    chosen, asked = fields.asked_for(operation, request.scope["query_string"])
    query = _query(operation, given, asked)
    if operation.query is not None:
        given["query"] = query
    raw = b"" if operation.safe or operation.uploads else await bodies.read(request)
    if operation.body is not None:
        given["body"] = bodies.decode(
            operation.body, request.headers.get("content-type"), raw, ignored=operation.ignored
        )
    if operation.uploads:
        given["upload"] = uploads.Upload(request, operation.uploads)
    asking = Asking(
        gateway=gateway,
        visit=seen,
        operation=operation,
        actor=actor,
        command=repeats.command(
            request.headers.get("idempotency-key"),
            actor=actor,
            method=operation.method,
            path=address,
            query=query,
            body=raw,
            session=actor.session_id if actor is not None and operation.in_session else None,
        ),
        url=gateway.settings.public_url + address,
        last_event_id=request.headers.get("last-event-id"),
        if_match=revisions(request.headers.getall("if-match", ())) if operation.conditional else None,
        fields=chosen,
    )
    del raw  # it may be large, and the answer may take a while
    answer = await _answer(asking, given)
    if operation.safe and "ETag" in answer.headers:
        return unless_known(answer, request.headers.getall("if-none-match", ()))
    return answer


async def _answer(asking: Asking, given: Mapping[str, Any]) -> Answer:
    """The operation's answer, finished; one that may be kept is, and shared with whoever asks for the same."""
    operation, seen, keeper = asking.operation, asking.visit, asking.gateway.keeper

    async def make() -> tuple[Answer, Mapping[str, int | None]]:
        return _finished(asking, await operation.function(asking, **given)), asking.told

    if seen.refusal is not None:
        raise seen.refusal
    if seen.wanted is not None:
        answer, seen.cache = await keeper.read(seen.wanted, operation.name, make)
        return answer
    answer, told = await make()
    if not operation.safe:
        await keeper.check(operation.name, told)
    return answer


def _finished(asking: Asking, answer: Answer) -> Answer:
    operation, whole = asking.operation, answer.body
    if asking.fields is not None and answer.status == 200:
        answer = fields.narrowed(answer, operation, asking.fields)
    if operation.private:
        answer.headers.setdefault("Cache-Control", NO_STORE)
    elif operation.safe and answer.status == 200:
        answer.headers.setdefault("Cache-Control", REVALIDATE)
        answer.headers.setdefault("Vary", "Authorization")
    if operation.tagged and answer.status == 200:
        return tagged(answer, whole=whole)
    if operation.conditional and answer.status in OF_ITSELF:
        return tagged(answer)
    return answer


async def _actor(operation: Operation, gateway: Gateway, request: Requested) -> Actor:
    try:
        actor = await _caller(gateway, request)
    except (RpcTimeout, RpcUnavailable):
        raise Problem(503, "service-unavailable", "Tokens cannot be checked now; nothing was done.") from None
    for scope in (READ if operation.safe else WRITE, *operation.scopes):
        if scope in actor.scopes:
            continue
        challenge = f'Bearer realm="synergyos", error="insufficient_scope", scope="{scope}"'
        raise Problem(
            403,
            "insufficient-scope",
            f"This needs a token with the scope “{scope}”.",
            headers={"WWW-Authenticate": challenge},
        )
    if actor.personal_token and (operation.in_session or (operation.secures and ADMIN not in actor.scopes)):
        raise _session_required(operation)
    return actor


async def _caller(gateway: Gateway, request: Requested) -> Actor:
    seen = visit.of(request)
    if isinstance(seen.caller, Exception):
        raise seen.caller
    if seen.caller is not None:
        return seen.caller
    return await gateway.identity.actor(request.headers.getall("authorization", []), address=seen.client_address)


def _session_required(operation: Operation) -> Problem:
    other = "" if operation.in_session else ", or use one with the scope “admin”"
    detail = f"This personal access token cannot do this. Log in, and use the access token{other}."
    return Problem(403, "session-required", detail)


def _path(operation: Operation, texts: Mapping[str, Any]) -> dict[str, Any]:
    """The path's parameters by type. Raises Problem 404 for what cannot be an id: there is no such thing."""
    values: dict[str, Any] = {}
    for name, kind in operation.parameters.items():
        text = str(texts[name])
        try:
            if kind is int:
                plain = text.isascii() and text.isdecimal() and len(text) <= 16
                values[name] = msgspec.convert(int(text) if plain else None, PositiveId)
            else:
                values[name] = msgspec.convert(text, kind)
        except msgspec.ValidationError:
            raise not_found() from None
    return values


def _query(operation: Operation, path: Mapping[str, Any], query: bytes) -> msgspec.Struct:
    fixed = {name: path[parameter] for name, parameter in operation.fixed.items()}
    return parameters.decode(operation.query or parameters.NoParameters, query, fixed=fixed)


def _refuse_preconditions(request: Requested, operation: Operation) -> None:
    for name in UNSUPPORTED_PRECONDITIONS:
        if name in request.headers and not (name == "if-match" and operation.conditional):
            raise Problem(
                501,
                "precondition-not-supported",
                f"The header {name.title()} is not understood here; nothing was changed.",
            )
    for tags in request.headers.getall("if-match", ()):
        if not 0 < len(tags) <= LONGEST_TAGS or not (tags.isascii() and tags.isprintable()):
            raise Problem(400, "malformed-request", "If-Match is what ETag told; nothing was changed.")
