"""Exceptions on their way out, as problem documents."""

from typing import Any

import structlog
from litestar.connection import Request
from litestar.exceptions import HTTPException
from litestar.response import Response

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.refusals import Refused
from synergy_gateway import visit
from synergy_gateway.operations import SAFE
from synergy_gateway.problems import MEDIA_TYPE, Problem, allow, from_refusal, internal_error, not_found
from synergy_gateway.services import unanswered

log = structlog.get_logger(__name__)


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The answer for whatever was raised; what nobody expected is logged with its traceback and told as 500."""
    seen = visit.of(request)
    problem = _problem(error, safe=request.method in SAFE)
    if problem.status == 500:
        log.error("unexpected-error", route=seen.route, exc_info=error)
    return Response(
        problem.body(instance=seen.path, request_id=seen.request_id),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **problem.headers},
    )


def _problem(error: Exception, *, safe: bool) -> Problem:
    match error:
        case Problem():
            return error
        case Refused():
            return from_refusal(error)
        case RpcTimeout() | RpcUnavailable():
            return unanswered(error, safe=safe)
        case HTTPException(status_code=404):
            return not_found()
        case HTTPException(status_code=405):
            allowed = _allowed(error)
            detail = f"Only {allowed} can be used at this address."
            return Problem(405, "method-not-allowed", detail, headers={"Allow": allowed})
        case HTTPException(status_code=400):
            return Problem(400, "malformed-request", "The request cannot be read: its address or a header is wrong.")
        case _:
            return internal_error()


def _allowed(error: HTTPException) -> str:
    methods = {name.strip() for name in (error.headers or {}).get("allow", "").split(",")} - {""}
    return allow(methods)
