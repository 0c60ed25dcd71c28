"""The caller's side of a call in a trace."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final

from synergy_chassis.observing import tracing
from synergy_contracts.envelope import HEADER_TRACEPARENT

_UNRECORDED: Final = nullcontext()


def calls(method: str, headers: dict[str, Any]) -> AbstractContextManager[None]:
    """A span for the call that the block makes with `headers`, which tell it from then on."""
    return _recorded(method, headers) if tracing.recording() else _UNRECORDED


@contextmanager
def _recorded(method: str, headers: dict[str, Any]) -> Iterator[None]:
    parent = headers.get(HEADER_TRACEPARENT)
    with tracing.span(method, "client", parent=parent, rpc__system="nameko", rpc__method=method) as span:
        headers[HEADER_TRACEPARENT] = span.traceparent
        yield
