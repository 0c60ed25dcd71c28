"""A process told by the standard variables where traces and errors go sends them there, and otherwise loads nothing."""

import os
import subprocess
import sys

from collecting import collecting

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"
PROGRAM = """
import os, sys
import structlog
from synergy_chassis import logs
from synergy_chassis.observing import observed, tracing

logs.configure(service="auth")
log = structlog.get_logger("synergy_auth.handlers")
with observed(os.environ, service="auth", part="relay"):
    with tracing.span("outer", "server", parent=os.environ.get("PARENT"), rows=3) as outer:
        tracing.begin("inner", parent=outer.traceparent).end("internal")
    try:
        password = "hunter2-local"
        raise RuntimeError("the store is upside down")
    except RuntimeError:
        log.exception("call-failed", request_id="request-1", token="syn_pat_secret", attempt=2)
    log.error("said-without-a-stack")
    log.warning("no-error")
log.error("after-the-end")
print([name for name in ("opentelemetry", "sentry_sdk") if name in sys.modules])
"""


def run(**env: str) -> subprocess.CompletedProcess[str]:
    """The program, told this and nothing more of the kind."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "SENTRY_"))}
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(command, env=own | env, capture_output=True, text=True, timeout=110, check=True)


def test_off_nothing_of_it_is_even_imported() -> None:
    assert "[]\n" == run().stdout


def test_on_everything_arrives_before_the_process_ends_and_no_secret_does() -> None:
    with collecting() as collector:
        run(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, SENTRY_DSN=collector.dsn, PARENT=PARENT)

    outer, inner = sorted(collector.spans, key=lambda span: span.name, reverse=True)
    assert ("outer", TRACE, SPAN, False) == (outer.name, outer.trace_id, outer.parent_id, outer.failed)
    assert ("inner", TRACE, outer.span_id, True) == (inner.name, inner.trace_id, inner.parent_id, inner.failed)
    assert ("relay-auth", {"rows": 3}) == (outer.service, outer.attributes)
    failed, said = collector.errors
    assert "the store is upside down" == failed["exception"]["values"][0]["value"]
    assert {"service": "relay-auth", "request_id": "request-1"} == failed["tags"]
    assert (2, "synergy_auth.handlers") == (failed["extra"]["attempt"], failed["logger"])
    assert failed["extra"]["token"] in ("[redacted]", "[Filtered]")
    assert "said-without-a-stack" == said["message"]
    for secret in ("hunter2-local", "syn_pat_secret"):
        assert secret not in str(collector)
