"""Which of OpenTelemetry's own variables ask for traces; the rest of them the SDK reads itself."""

from collections.abc import Mapping
from typing import Final

from synergy_chassis.environment import MissingSetting

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
EXPORTER: Final = "OTEL_TRACES_EXPORTER"
DISABLED: Final = "OTEL_SDK_DISABLED"
PROTOCOL: Final = "http/protobuf"


def wanted(env: Mapping[str, str]) -> bool:
    """Whether spans go anywhere. Raises MissingSetting for a way to send them that there is not."""
    if env.get(DISABLED, "").lower() == "true" or env.get(EXPORTER) == "none":
        return False
    if not any(env.get(name) for name in ENDPOINTS):
        return False
    if (exporter := env.get(EXPORTER, "otlp")) not in ("", "otlp"):
        raise MissingSetting(f"Set {EXPORTER} to otlp or none; it is {exporter!r}.")
    protocol = next((env[name] for name in PROTOCOLS if env.get(name)), PROTOCOL)
    if protocol != PROTOCOL:
        raise MissingSetting(f"Set {PROTOCOLS[1]} to {PROTOCOL}, the way traces are sent; it is {protocol!r}.")
    return True
