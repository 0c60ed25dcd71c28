"""What auth takes from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from synergy_chassis.environment import MissingSetting, integer, text

REGISTRATION_MODES = ("open", "invite", "closed")


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
        )
