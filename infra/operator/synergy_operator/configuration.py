"""What whoever starts SynergyOS has set: the file `.env` in the clone, and over it the environment of the command."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from synergy_operator.environments import NotConfigured
from synergy_operator.former_names import translate

FILE: Final = ".env"
EVERYWHERE: Final = ("LOG_LEVEL", "METRICS_HOST", "SENTRY_DSN", "SENTRY_ENVIRONMENT", "SENTRY_RELEASE")
STANDARD: Final = "OTEL_"
"""The beginning of the names of OpenTelemetry's own variables, of which there are many."""
MAIL: Final = (
    "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS",
    "EMAIL_USE_SSL", "EMAIL_TIMEOUT", "DEFAULT_FROM_EMAIL",
)  # fmt: skip
OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "gateway": (
        "PUBLIC_URL", "GATEWAY_WORKERS", "CACHE_MB", "REGISTRATION", "RATE_USER", "RATE_ANON", "TRUSTED_PROXIES",
        "ALLOWED_HOSTS", "CORS_ALLOWED_ORIGINS", "JWT_ACCESS_TOKEN_LIFETIME", "JWT_REFRESH_TOKEN_LIFETIME",
    ),
    "auth": (
        "REGISTRATION", "JWT_ACCESS_TOKEN_LIFETIME", "JWT_REFRESH_TOKEN_LIFETIME", "SESSION_LIFETIME_DAYS",
        "SIGNING_KEY_ROTATION_DAYS", "LOGIN_FAILURES", "LOGIN_FAILURES_PER_ADDRESS",
        "LOGIN_FAILURES_PER_ACCOUNT", "LOGIN_WINDOW", "RATE_REGISTER",
        "PASSWORD_HASHES_AT_ONCE", "PASSWORD_MEMORY", "PUBLIC_URL", *MAIL, "SEALS_FOLDER",
    ),
    "projects": ("SEALS_FOLDER",),
    "webhooks": ("SEALS_FOLDER",),
    "sender": ("WEBHOOK_BODY_DAYS",),
    "relay-auth": ("SEALS_FOLDER", "SEAL_EVERY"),
    "relay-projects": ("SEALS_FOLDER", "SEAL_EVERY"),
    "relay-webhooks": ("SEALS_FOLDER", "SEAL_EVERY"),
}  # fmt: skip
"""Settings that are handed through to a part, by part."""
COMMAND_ONLY: Final = ("GEMINI_API_KEY", "DEBUG")
"""Names that other programs use too: they mean us only where they stand in our file."""
LINE: Final = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


def configured(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """
    The settings of the clone in `folder`: its `.env`, overruled by `environ`, under today's names.

    Raises NotConfigured: a name that is no longer used, or a line that cannot be read.
    """
    path = folder / FILE
    kept = parse(path.read_text("utf-8")) if path.exists() else {}
    meant = {name: value for name, value in environ.items() if name not in COMMAND_ONLY}
    return translate(kept | meant)


def handed_to(part: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Those of `settings` that are meant for `part` (gateway, auth, relay-auth, sender …)."""
    wanted = (*EVERYWHERE, *OPTIONS.get(part, ()))
    standard = tuple(name for name in settings if name.startswith(STANDARD))
    return {name: settings[name] for name in (*wanted, *standard) if settings.get(name)}


def parse(text: str) -> dict[str, str]:
    """
    The variables of an env file: `NAME=value` lines, `#` lines, values in single or double quotes taken as they stand.

    Nothing is substituted within values. Raises NotConfigured naming the line that is neither.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = LINE.fullmatch(stripped)
        if match is None:
            raise NotConfigured(f"Line {number} of {FILE} is not NAME=value.")
        found[match[1]] = value(match[2])
    return found


def value(written: str) -> str:
    """What a written value means: without its quotes, or without the comment that follows it."""
    if len(written) >= 2 and written[0] == written[-1] and written[0] in "'\"":
        return written[1:-1]
    return re.split(r"\s+#", written, maxsplit=1)[0].strip()
