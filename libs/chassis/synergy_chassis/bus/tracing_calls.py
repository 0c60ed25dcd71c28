"""The caller's side of a call in a trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from synergy_chassis.observing import tracing
from synergy_contracts.envelope import HEADER_TRACEPARENT


@contextmanager
def calls(method: str, headers: dict[str, Any]) -> Iterator[None]:
    """A span for the call that the block makes with `headers`, which tell it from then on."""
    if not tracing.recording():
        yield
        return
    parent = headers.get(HEADER_TRACEPARENT)
    with tracing.span(method, "client", parent=parent, rpc__system="nameko", rpc__method=method) as span:
        headers[HEADER_TRACEPARENT] = span.traceparent
        yield
