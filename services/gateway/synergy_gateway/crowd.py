"""So many requests are under way in a process at a time; the next one is told to come back, at once."""

from typing import Any, Final

from litestar.types import ASGIApp, Receive, Send

from synergy_gateway import measures
from synergy_gateway.hosts import EXEMPT
from synergy_gateway.problems import RETRY_AFTER, Problem

MOST: Final = 3_500
"""
Requests under way in a process. It is more than the lines of projects hold together (`lines.MOST`), so that calls of
other services find room while projects stands still, and fewer than `server.CONNECTIONS` less the streams: who is one
too many is told so, and does not wait in the backlog of the system.
"""
HEALTH: Final = "/api/health"
FOLLOWING: Final = "/api/events"
"""Streams and long polls, which have a limit of their own (`following.feed.MOST`)."""


class Crowd:
    """An ASGI application around the others; what tells whether we live is answered always."""

    def __init__(self, app: ASGIApp, *, most: int = MOST) -> None:
        self._app = app
        self._most = most
        self.inside = 0

    @property
    def full(self) -> bool:
        """Whether the next one is one too many."""
        return self.inside >= self._most

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _uncounted(scope["path"].rstrip("/")):
            await self._app(scope, receive, send)
            return
        if self.full:
            measures.turned_away.inc()
            detail = "Too many requests are under way here; nothing was done."
            raise Problem(503, "overloaded", detail, headers={"Retry-After": RETRY_AFTER})
        self.inside += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self.inside -= 1


def _uncounted(path: str) -> bool:
    return path in EXEMPT or path == HEALTH or path.startswith(FOLLOWING)
