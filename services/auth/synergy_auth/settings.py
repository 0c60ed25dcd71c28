"""What auth takes from its environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from synergy_auth.domain.rates import Rate
from synergy_chassis.environment import MissingSetting, integer, switch, text

REGISTRATION_MODES = ("open", "invite", "closed")


BACKENDS = {"console": "console", "smtp": "smtp"} | {
    f"django.core.mail.backends.{name}.EmailBackend": name for name in ("console", "smtp")
}
"""What EMAIL_BACKEND may be, and which transport each means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """How mail leaves. `public_url` begins the links in it; the rest is named and means what it does in Django."""

    backend: str = "console"
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    use_tls: bool = False
    use_ssl: bool = False
    timeout: int = 10
    sender: str = "noreply@localhost"
    public_url: str = "http://127.0.0.1:8000"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "MailSettings":
        """Read the environment. Raises MissingSetting."""
        host = text(env, "EMAIL_HOST", default="")
        backend = BACKENDS.get(text(env, "EMAIL_BACKEND", default="smtp" if host else "console"))
        if backend is None:
            raise MissingSetting("Set EMAIL_BACKEND to smtp or console.")
        use_tls, use_ssl = switch(env, "EMAIL_USE_TLS"), switch(env, "EMAIL_USE_SSL")
        if use_tls and use_ssl:
            raise MissingSetting("Set EMAIL_USE_TLS (STARTTLS) or EMAIL_USE_SSL (TLS from the start), not both.")
        public_url = text(env, "PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
        name = urlsplit(public_url).hostname or "localhost"
        sender = text(env, "DEFAULT_FROM_EMAIL", default=f"noreply@{name}")
        if any(ord(char) < 32 for char in sender) or "@" not in sender:
            raise MissingSetting("Set DEFAULT_FROM_EMAIL to an address, or to a name with one: SynergyOS <a@b.c>.")
        user, password = text(env, "EMAIL_HOST_USER", default=""), env.get("EMAIL_HOST_PASSWORD", "")
        if not _is_utf_8(user + password):
            raise MissingSetting("Set EMAIL_HOST_USER and EMAIL_HOST_PASSWORD in UTF-8.")
        return cls(
            backend=backend,
            host=host or "localhost",
            port=integer(env, "EMAIL_PORT", default=465 if use_ssl else 587 if use_tls else 25, minimum=1),
            user=user,
            password=password,
            use_tls=use_tls,
            use_ssl=use_ssl,
            timeout=integer(env, "EMAIL_TIMEOUT", default=10, minimum=1),
            sender=sender,
            public_url=public_url,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of auth's settings; README.md says what each is for."""

    database_url: str = field(repr=False)
    amqp_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    access_lifetime: timedelta = timedelta(minutes=60)
    refresh_lifetime: timedelta = timedelta(minutes=1440)
    session_lifetime: timedelta = timedelta(days=30)
    key_rotation: timedelta = timedelta(days=90)
    registration: str = "open"
    login_failures: int = 5
    login_failures_per_address: int = 100
    login_failures_per_account: int = 50
    login_window: timedelta = timedelta(minutes=5)
    hashes_at_once: int = 2
    remembered_for: timedelta = timedelta(minutes=10)
    rate_register: Rate | None = Rate(10, timedelta(hours=1))
    mail: MailSettings = MailSettings()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the environment. Raises MissingSetting with a sentence that names what to set."""
        registration = text(env, "REGISTRATION", default="open")
        if registration not in REGISTRATION_MODES:
            raise MissingSetting(f"Set REGISTRATION to one of {', '.join(REGISTRATION_MODES)}, not {registration!r}.")
        return cls(
            database_url=text(env, "AUTH_DATABASE_URL"),
            amqp_url=text(env, "AUTH_AMQP_URL"),
            secret_key=text(env, "SECRET_KEY"),
            access_lifetime=timedelta(minutes=integer(env, "JWT_ACCESS_TOKEN_LIFETIME", default=60, minimum=1)),
            refresh_lifetime=timedelta(minutes=integer(env, "JWT_REFRESH_TOKEN_LIFETIME", default=1440, minimum=1)),
            session_lifetime=timedelta(days=integer(env, "SESSION_LIFETIME_DAYS", default=30, minimum=1)),
            key_rotation=timedelta(days=integer(env, "SIGNING_KEY_ROTATION_DAYS", default=90, minimum=1)),
            registration=registration,
            login_failures=integer(env, "LOGIN_FAILURES", default=5, minimum=1),
            login_failures_per_address=integer(env, "LOGIN_FAILURES_PER_ADDRESS", default=100, minimum=1),
            login_failures_per_account=integer(env, "LOGIN_FAILURES_PER_ACCOUNT", default=50, minimum=1),
            login_window=timedelta(minutes=integer(env, "LOGIN_WINDOW", default=5, minimum=1)),
            hashes_at_once=integer(env, "PASSWORD_HASHES_AT_ONCE", default=2, minimum=1),
            remembered_for=timedelta(minutes=integer(env, "PASSWORD_MEMORY", default=10, minimum=0)),
            rate_register=_rate(env, "RATE_REGISTER", default="10/h"),
            mail=MailSettings.from_env(env),
        )


def _is_utf_8(text: str) -> bool:
    """Whether the bytes of the environment were; Python keeps others as surrogates (PEP 383)."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


_TIMES = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def _rate(env: Mapping[str, str], name: str, *, default: str) -> Rate | None:
    """`10/h` as a rate; 0 is none. Raises MissingSetting."""
    written = text(env, name, default=default)
    parts = re.fullmatch(r"(\d{1,6})(?:/([smhd]))?", written)
    if parts is None or (int(parts[1]) and not parts[2]):
        raise MissingSetting(f"Set {name} to a number in a time, such as 10/h (s, m, h, d), or to 0 for no limit.")
    return Rate(int(parts[1]), _TIMES[parts[2]]) if int(parts[1]) else None
