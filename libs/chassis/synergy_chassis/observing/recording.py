"""Spans by the OpenTelemetry SDK, sent as OTLP over HTTP. Imported only where traces are wanted."""

import os
import threading
from collections.abc import Mapping
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from synergy_chassis.clock import new_id
from synergy_chassis.observing.tracing import Attribute, Kind, Span, dotted

KINDS: Final[Mapping[Kind, SpanKind]] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}
LAST_SENDING: Final = 2.0
"""Seconds for what is left when the process ends."""
_propagator: Final = TraceContextTextMapPropagator()


class Recording:
    """Makes spans and sends them in batches from a thread of its own (a green one where threads are green)."""

    def __init__(self, env: Mapping[str, str], *, service: str) -> None:
        self._processor = BatchSpanProcessor(OTLPSpanExporter())
        provider = TracerProvider(resource=Resource.create(_who(env, service)), shutdown_on_exit=False)
        provider.add_span_processor(self._processor)
        self._tracer = provider.get_tracer("synergyos")

    def begin(self, name: str, kind: Kind, parent: str | None, attributes: Mapping[str, Attribute]) -> Span:
        """See tracing.begin."""
        above = _propagator.extract({"traceparent": parent}, context=Context()) if parent else Context()
        return _Recorded(self._tracer.start_span(name, context=above, kind=KINDS[kind], attributes=attributes))

    def stop(self) -> None:
        """Send what is left, for as long as LAST_SENDING."""
        sending = threading.Thread(target=self._processor.shutdown, name="last spans", daemon=True)
        sending.start()
        sending.join(LAST_SENDING)


class _Recorded:
    """A span of the SDK."""

    __slots__ = ("_span", "traceparent")

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        own = span.get_span_context()
        self.traceparent: str | None = f"00-{own.trace_id:032x}-{own.span_id:016x}-{int(own.trace_flags):02x}"

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, **attributes: Attribute | None) -> None:
        self._span.set_attributes(dotted(attributes))

    def end(self, failure: str | None = None) -> None:
        if failure is not None:
            self._span.set_status(Status(StatusCode.ERROR))
            self._span.set_attribute("error.type", failure)
        self._span.end()


def _who(env: Mapping[str, str], service: str) -> dict[str, str | int]:
    """What every span says of its process, where OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES do not."""
    said = env.get("OTEL_RESOURCE_ATTRIBUTES", "")
    own: dict[str, str | int] = {
        "service.namespace": "synergyos",
        "service.instance.id": str(new_id()),
        "process.pid": os.getpid(),
    }
    if not env.get("OTEL_SERVICE_NAME"):
        own["service.name"] = service
    return {name: value for name, value in own.items() if f"{name}=" not in said}
