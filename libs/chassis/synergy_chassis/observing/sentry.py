"""Errors to Sentry, or to what speaks its protocol: what is logged as an error, where SENTRY_DSN says so."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final

from synergy_chassis import logs
from synergy_chassis.environment import MissingSetting, text

LAST_SENDING: Final = 2
"""Seconds for what is left when the process ends."""
LABELS: Final = ("request_id", "trace_id", "method", "route")
"""Fields of a log line by which its error can be searched."""

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def start(env: Mapping[str, str], *, service: str) -> None:
    """
    Report errors from now on if `env` has SENTRY_DSN; only then is the SDK imported. It looks at nothing by itself: not
    at requests, nor at variables of the code, in which secrets stand. Raises MissingSetting.
    """
    dsn = text(env, "SENTRY_DSN", default="")
    if not dsn:
        return
    import sentry_sdk
    from sentry_sdk.utils import BadDsn, event_from_exception

    try:
        sentry_sdk.init(
            dsn,
            environment=text(env, "SENTRY_ENVIRONMENT", default="production"),
            release=env.get("SENTRY_RELEASE") or None,
            default_integrations=False,
            auto_enabling_integrations=False,
            send_default_pii=False,
            include_local_variables=False,
            max_breadcrumbs=0,
            shutdown_timeout=LAST_SENDING,
        )
    except BadDsn:
        raise MissingSetting("Set SENTRY_DSN to the address Sentry shows as the project's DSN.") from None

    def report(line: Mapping[str, Any], error: ExcInfo | None) -> None:
        event: Any
        event, hint = event_from_exception(error) if error else ({"message": str(line["event"])}, {})
        tags = {name: str(line[name]) for name in LABELS if name in line}
        extra = {name: value for name, value in line.items() if name not in LABELS}
        told = {"level": "fatal" if line.get("level") == "critical" else "error", "logger": line.get("logger")}
        event |= {**told, "tags": {"service": service, **tags}, "extra": extra}
        sentry_sdk.capture_event(event, hint)

    logs.Errors.told_to = report


def stop() -> None:
    """Report what is left, and no more."""
    if logs.Errors.told_to is not None:
        import sentry_sdk

        logs.Errors.told_to = None
        sentry_sdk.flush(timeout=LAST_SENDING)
