"""What a running process tells beside its logs and metrics: traces, and errors to Sentry; both off by default."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from synergy_chassis.observing import otel_settings, sentry, tracing

__all__ = ["check", "observed", "sentry", "tracing"]


def check(env: Mapping[str, str]) -> None:
    """Raises MissingSetting where `observed` would, before anything is started."""
    otel_settings.wanted(env)


@contextmanager
def observed(env: Mapping[str, str], *, service: str, part: str) -> Iterator[None]:
    """
    Observe this process while the block lasts, as OTEL_* and SENTRY_* in `env` say; `part` is serve, relay or send.
    What is still to be sent at the end is given two seconds. Raises MissingSetting.
    """
    name = {"relay": f"relay-{service}", "send": "sender"}.get(part, service)
    tracing.start(env, service=name)
    sentry.start(env, service=name)
    try:
        yield
    finally:
        tracing.stop()
        sentry.stop()
