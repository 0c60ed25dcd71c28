"""Every no of the gateway, as RFC 9457 problem details."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from synergy_contracts.refusals import Refused
from synergy_gateway.problem_types import title

MEDIA_TYPE: Final = "application/problem+json"
STATUS: Final[Mapping[str, int]] = {
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "gone": 410,
    "precondition_failed": 412,
    "invalid": 422,
    "too_many": 429,
    "unavailable": 503,
    "too_late": 503,
}
RETRY_AFTER: Final = "1"
"""Seconds after which a client may ask again where the answer names none."""
CHALLENGE: Final = 'Bearer realm="synergyos"'


class FieldError(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is wrong with one field of the body (`pointer`, RFC 6901) or one query parameter (`parameter`)."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457. `type` stays the same for ever and explains itself; `request_id` is what to quote to an operator."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] | UnsetType = UNSET


class Problem(Exception):
    """An answer that is an error. `code` is a slug under `/problems/`, `detail` tells the user what to do."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, code, detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = _headers(status, headers or {})

    def body(self, *, instance: str, request_id: str) -> bytes:
        """The problem document for the request to `instance`."""
        return msgspec.json.encode(
            ProblemDetails(
                type=f"/problems/{self.code}",
                title=title(self.code),
                status=self.status,
                detail=self.detail,
                instance=instance,
                request_id=request_id,
                errors=list(self.errors) or UNSET,
            )
        )


def from_refusal(no: Refused) -> Problem:
    """The problem for a service's no. A kind that is not in STATUS is our fault, so a 500."""
    status = STATUS.get(no.kind)
    if status is None:
        return internal_error()
    headers = {"Retry-After": no.retry_after} if no.retry_after else {}
    return Problem(status, no.code, no.detail, errors=_field_errors(no.errors), headers=headers)


def internal_error() -> Problem:
    """A fault of ours: nothing of its inside is told."""
    return Problem(500, "internal-error", "Something went wrong on our side; it was logged under this request id.")


def not_found(detail: str = "There is nothing at this address.") -> Problem:
    """404: an unknown address or id."""
    return Problem(404, "not-found", detail)


def allow(methods: Collection[str]) -> str:
    """The Allow header of an address with these methods: where GET is, HEAD is too; OPTIONS is everywhere."""
    return ", ".join(sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}))


def _headers(status: int, headers: Mapping[str, str]) -> dict[str, str]:
    defaults = {401: {"WWW-Authenticate": CHALLENGE}, 503: {"Retry-After": RETRY_AFTER}}
    return {**defaults.get(status, {}), **headers}


def _field_errors(errors: str) -> Sequence[FieldError]:
    if not errors:
        return ()
    try:
        told: list[Any] = msgspec.json.decode(errors, type=list[FieldError])
    except msgspec.MsgspecError:
        return ()
    return told
