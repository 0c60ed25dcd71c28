"""The one error that crosses the bus, and how it is written on it."""

from typing import Final

KINDS: Final = (
    "malformed",
    "unauthenticated",
    "forbidden",
    "not_found",
    "conflict",
    "precondition_failed",
    "gone",
    "invalid",
    "too_many",
    "unavailable",
    "too_late",
)


class Refused(Exception):
    """
    A service says no. Made of strings only, so that it survives the bus.

    `kind` is one of `KINDS` (the gateway alone turns it into an HTTP status), `code` a stable slug under
    `/problems/`, `detail` a sentence that tells the user what to do, `errors` a JSON list of
    `{"pointer": "/field", "detail": "…"}` (RFC 9457 with RFC 6901 pointers) or `{"parameter": "name", "detail": "…"}`,
    or "" where none is at fault;
    `retry_after` is whole seconds as text, or "" where waiting does not help.
    """

    def __init__(self, kind: str, code: str, detail: str, errors: str = "", retry_after: str = "") -> None:
        super().__init__(kind, code, detail, errors, retry_after)
        self.kind = kind
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.kind} {self.code}: {self.detail}"
