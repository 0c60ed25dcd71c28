"""
Servers of one's own in place of the private ones: a whole PostgreSQL, RabbitMQ or Redis, never a part of one.

Standard library only: `make up` reads it before anything is installed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from synergy_operator.broker import SERVICES, USERS
from synergy_operator.environments import NotConfigured


def amqp_variable(user: str) -> str:
    """The variable that holds a broker user's address: `PROJECTS_AMQP_URL`, for a relay `PROJECTS_RELAY_AMQP_URL`."""
    if user.startswith("relay-"):
        return f"{user.removeprefix('relay-').upper()}_RELAY_AMQP_URL"
    return f"{user.upper()}_AMQP_URL"


POSTGRES: Final = tuple(f"{service.upper()}_{kind}_URL" for service in SERVICES for kind in ("DATABASE", "MIGRATION"))
RABBITMQ: Final = tuple(map(amqp_variable, USERS))
REDIS: Final = ("REDIS_URL",)
ONE_RELAY_S: Final = "RELAY_AMQP_URL"
SET_UP: Final = ("SETUP_POSTGRES_URL", "SETUP_BROKER_URL")
NAMES: Final = (*POSTGRES, *RABBITMQ, *REDIS, ONE_RELAY_S, *SET_UP)
"""Every variable that names a server of one's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Addresses by service (`databases`, `owners`) and by broker user; empty where the private server serves."""

    databases: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    broker: Mapping[str, str] = field(default_factory=dict)
    redis: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The servers that are there already."""
        told = {"PostgreSQL": self.databases, "RabbitMQ": self.broker, "Redis": self.redis}
        return tuple(name for name, addresses in told.items() if addresses)


def outside(settings: Mapping[str, str]) -> Outside:
    """The servers that `settings` name. Raises NotConfigured, one line for each thing to mend."""
    wrong = [incomplete(*group, settings) for group in (("PostgreSQL", POSTGRES), ("RabbitMQ", RABBITMQ))]
    if settings.get(ONE_RELAY_S):
        wrong.append(
            f"{ONE_RELAY_S} is what one relay is told, and each has a user of its own: "
            f"set {', '.join(name for name in RABBITMQ if 'RELAY' in name)}."
        )
    if not any(wrong):
        wrong += [stranger(user, settings) for user in USERS]
    if lines := [line for line in wrong if line]:
        raise NotConfigured("\n".join(lines))
    return Outside(
        databases=given(settings, {service: f"{service.upper()}_DATABASE_URL" for service in SERVICES}),
        owners=given(settings, {service: f"{service.upper()}_MIGRATION_URL" for service in SERVICES}),
        broker=given(settings, {user: amqp_variable(user) for user in USERS}),
        redis=settings.get("REDIS_URL", ""),
    )


def incomplete(server: str, names: tuple[str, ...], settings: Mapping[str, str]) -> str:
    """What a server of one's own still lacks; nothing when all of its variables are set, or none."""
    lacking = [name for name in names if not settings.get(name)]
    if len(lacking) in (0, len(names)):
        return ""
    first = next(name for name in names if settings.get(name))
    return f"{first} names a {server} of your own, which takes over as a whole: set {', '.join(lacking)} as well."


def stranger(user: str, settings: Mapping[str, str]) -> str:
    """What is wrong with a broker address that is not its user's: the broker and consumers check who sends."""
    name = amqp_variable(user)
    address = urlsplit(settings.get(name, ""))
    if not settings.get(name) or (unquote(address.username or "") == user and address.password):
        return ""
    return f"{name} must name the user {user} with a password."


def given(settings: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """The values of the variables `names`, under its keys, as far as they are set."""
    return {key: settings[name] for key, name in names.items() if settings.get(name)}
