"""Cross-origin requests (CORS): which browser pages may read our answers, by exact origin."""

from collections.abc import Collection, Iterable
from typing import Final
from urllib.parse import urlsplit

Headers = list[tuple[bytes, bytes]]

METHODS: Final = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
ASKED: Final = (
    "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    "Last-Event-ID, X-Request-Id, Traceparent"
)
"""Headers a page may send."""
TOLD: Final = (
    "ETag, Link, Location, Retry-After, X-Request-Id, "
    "RateLimit, RateLimit-Policy, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
"""Headers a page may read."""
REMEMBERED: Final = "600"
"""Seconds for which a browser need not ask again."""


class Origins:
    """
    The pages that may read our answers. Who asks is told by a token that the page holds, never by a cookie, so
    credentials are not allowed to anyone.
    """

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = frozenset(allowed)

    def headers(self, origin: str | None) -> Headers:
        """What an answer to a request of `origin` says about it; an origin that is not listed hears nothing."""
        if origin not in self._allowed or origin is None:
            return []
        return _encoded({"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": TOLD})

    def preflight(self, method: str, origin: str | None, wanted: str | None) -> Headers | None:
        """The answer's headers if this is a listed page's question beforehand; None if it is another request."""
        if method != "OPTIONS" or wanted is None or origin is None or origin not in self._allowed:
            return None
        told = {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": ASKED,
            "Access-Control-Max-Age": REMEMBERED,
        }
        return _encoded(told)

    def varied(self, headers: Iterable[tuple[bytes, bytes]]) -> Headers:
        """These headers with Origin in Vary, without which a cache would hand one page's answer to another."""
        told = list(headers)
        if not self._allowed:
            return told
        varies = [value for name, value in told if name.lower() == b"vary"]
        rest = [header for header in told if header[0].lower() != b"vary"]
        return [*rest, (b"vary", b", ".join([*varies, b"Origin"]))]


def parse(text: str) -> tuple[str, ...]:
    """The origins of a list with commas between. Raises ValueError naming one that is not exactly an origin."""
    origins = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValueError(f"{origin!r} is not an origin: scheme, host and port alone, and no *")
        if parts.username is not None or "*" in parts.netloc:
            raise ValueError(f"{origin!r} is not an origin: scheme, host and port alone, and no *")
    return origins


def _encoded(headers: dict[str, str]) -> Headers:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
