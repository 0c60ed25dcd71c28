"""The end of a request: it is counted, and told in one line."""

from collections.abc import Mapping
from typing import Any, Final

from synergy_chassis.logs import Plain
from synergy_gateway import measures

_line: Final = Plain("synergy_gateway.access", "request")


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
