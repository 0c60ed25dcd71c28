"""
Traces: what one request was, across processes (W3C Trace Context, OpenTelemetry).

A traceparent is passed on whether or not spans are recorded. Spans are recorded where OTEL_* names a collector; only
then is the SDK imported, and where it is not, a span costs one look at a variable.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Literal, Protocol

TRACEPARENT: Final = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Attribute = str | int | float | bool


class Span(Protocol):
    """A part of a trace. `traceparent` is what its own parts are told; `end` is called once."""

    @property
    def traceparent(self) -> str | None: ...
    def rename(self, name: str) -> None:
        """Call it otherwise: what a request was is known later than that it came."""

    def note(self, **attributes: Attribute | None) -> None:
        """Say more of it; `__` in a name stands for a dot, what is None is left out."""

    def end(self, failure: str | None = None) -> None:
        """It is over; `failure` says what went wrong, in a word."""


class Recorder(Protocol):
    """What makes spans: `synergy_chassis.observing.recording.Recording`."""

    def begin(self, name: str, kind: Kind, parent: str | None, attributes: Mapping[str, Attribute]) -> Span: ...
    def stop(self) -> None: ...


class _Unrecorded:
    """A span that nobody records: its parts belong to whatever it belonged to."""

    __slots__ = ("traceparent",)

    def __init__(self, traceparent: str | None) -> None:
        self.traceparent = traceparent

    def rename(self, name: str) -> None: ...
    def note(self, **attributes: Attribute | None) -> None: ...
    def end(self, failure: str | None = None) -> None: ...


class _Recorder:
    """The one of this process."""

    now: Recorder | None = None


def start(env: Mapping[str, str], *, service: str) -> None:
    """Record from now on if `env` names a collector; `service` is who we are. Raises MissingSetting."""
    from synergy_chassis.observing.otel_settings import wanted

    if wanted(env):
        from synergy_chassis.observing.recording import Recording

        _Recorder.now = Recording(env, service=service)


def stop() -> None:
    """Send what is left, and record no more."""
    recorder, _Recorder.now = _Recorder.now, None
    if recorder is not None:
        recorder.stop()


def recording() -> bool:
    """Whether spans are recorded."""
    return _Recorder.now is not None


def begin(name: str, kind: Kind = "internal", *, parent: str | None = None, **attributes: Attribute | None) -> Span:
    """A span that begins now, beneath `parent` (a traceparent). Names are our own words, never what was sent."""
    if _Recorder.now is None:
        return _Unrecorded(parent)
    return _Recorder.now.begin(name, kind, parent, dotted(attributes))


@contextmanager
def span(name: str, kind: Kind = "internal", *, parent: str | None = None, **more: Attribute | None) -> Iterator[Span]:
    """A span that lasts as long as the block; an error that leaves it is its failure."""
    one, failure = begin(name, kind, parent=parent, **more), None
    try:
        yield one
    except BaseException as error:
        failure = type(error).__name__
        raise
    finally:
        one.end(failure)


def dotted(attributes: Mapping[str, Attribute | None]) -> dict[str, Attribute]:
    """Attributes by the names of the conventions: `http__route` is http.route."""
    return {name.replace("__", "."): value for name, value in attributes.items() if value is not None}


def ids(traceparent: Any) -> dict[str, str]:
    """The ids of a traceparent as log lines have them; none of what is none."""
    found = TRACEPARENT.fullmatch(traceparent) if isinstance(traceparent, str) else None
    return {"trace_id": found[1], "span_id": found[2]} if found else {}
