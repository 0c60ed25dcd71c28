"""The end of a request: it is counted, and told in one line."""

import asyncio
from collections.abc import Mapping
from select import PIPE_BUF
from typing import Any, Final

from synergy_chassis.logs import Plain, write_now
from synergy_gateway import measures


class Together:
    """
    Lines of requests that end within one turn of the loop, written together before it waits for anything: under load
    that is one call of the system for many. Workers share where they write, so no piece is longer than what the system
    writes whole.
    """

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def __call__(self, line: bytes) -> None:
        """Write it before long."""
        loop = asyncio.get_running_loop()
        if not self._lines or self._loop is not loop:
            self._loop = loop
            loop.call_soon(self.write)
        self._lines.append(line)

    def write(self) -> None:
        """Write what there is."""
        lines, self._lines = self._lines, []
        piece = b""
        for line in lines:
            if piece and len(piece) + len(line) > PIPE_BUF:
                write_now(piece)
                piece = b""
            piece += line
        if piece:
            write_now(piece)


lines: Final = Together()
_line: Final = Plain("synergy_gateway.access", "request", lines)


def ended(
    method: str, route: str | None, status: int | None, milliseconds: float, size: int, user_id: int | None,
    cache: str | None, client: str | None, request_id: str, ids: Mapping[str, str],
) -> None:  # fmt: skip
    """`size`: bytes of the answer's body; `cache`: what became of a read that may be kept; `ids`: of its trace."""
    measures.answered(route, method, status, milliseconds)
    line: dict[str, Any] = {
        "method": method,
        "route": route,
        "status": status,
        "duration_ms": milliseconds,
        "bytes": size,
        "user_id": user_id,
        "cache": cache,
        "client": client,
        "request_id": request_id,
    }
    _line({**line, **ids} if ids else line)
