"""What the gateway is told by its environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final
from urllib.parse import urlsplit

from synergy_chassis.environment import MissingSetting, integer, text
from synergy_chassis.metrics import Address, address
from synergy_gateway import hosts, origins
from synergy_gateway.limits import rate
from synergy_gateway.limits.rate import Rate

RPC_DEADLINE: Final = timedelta(seconds=5)
WRITE_DEADLINE: Final = timedelta(seconds=8)
"""Longer than that of a read: writers of one project stand in line, and a change given up may have happened."""
HEALTH_DEADLINE: Final = timedelta(seconds=1)
DEFAULT_PORT: Final = 8000
DEFAULT_CACHE_MB: Final = 64
MEGABYTE: Final = 2**20
DEFAULT_RATE_USER: Final = "60000/m"
DEFAULT_RATE_ANONYMOUS: Final = "1200/m"
ANY_ADDRESS: Final = ("0.0.0.0", "::", "")  # noqa: S104 (told apart, not bound)

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    `public_url` (no slash at its end) begins every absolute link; `trusted_proxies` are the networks whose
    X-Forwarded-For is believed. `allowed_hosts` are the names of `hosts.AllowedHosts`, `cors_origins` the pages of
    `origins.Origins`. Deadlines are those of one call to a service. `cache_bytes` is how much of answers each worker
    may keep, 0 for none. `rate_user` and `rate_anonymous` are how many requests are answered, None is no limit.
    """

    amqp_url: str
    redis_url: str
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    workers: int = 1
    cache_bytes: int = DEFAULT_CACHE_MB * MEGABYTE
    public_url: str = f"http://127.0.0.1:{DEFAULT_PORT}"
    trusted_proxies: tuple[Network, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    rpc_deadline: timedelta = RPC_DEADLINE
    write_deadline: timedelta = WRITE_DEADLINE
    health_deadline: timedelta = HEALTH_DEADLINE
    log_level: str = "info"
    metrics: Address | None = None
    rate_user: Rate | None = None
    rate_anonymous: Rate | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the environment. Raises MissingSetting, whose text says what to set."""
        host = text(env, "HOST", default="127.0.0.1")
        port = integer(env, "PORT", default=DEFAULT_PORT, minimum=1)
        public_url = _public_url(text(env, "PUBLIC_URL", default=_own_url(host, port)))
        return cls(
            amqp_url=text(env, "GATEWAY_AMQP_URL"),
            redis_url=text(env, "REDIS_URL"),
            host=host,
            port=port,
            workers=integer(env, "GATEWAY_WORKERS", default=1, minimum=1),
            cache_bytes=integer(env, "CACHE_MB", default=DEFAULT_CACHE_MB, minimum=0) * MEGABYTE,
            public_url=public_url,
            trusted_proxies=_networks(text(env, "TRUSTED_PROXIES", default="")),
            allowed_hosts=_allowed_hosts(env, public_url),
            cors_origins=_listed(env, "CORS_ALLOWED_ORIGINS", origins.parse),
            log_level=text(env, "LOG_LEVEL", default="info"),
            metrics=address(env),
            rate_user=_rate(env, "RATE_USER", default=DEFAULT_RATE_USER),
            rate_anonymous=_rate(env, "RATE_ANON", default=DEFAULT_RATE_ANONYMOUS),
        )


def _own_url(host: str, port: int) -> str:
    name = "127.0.0.1" if host in ANY_ADDRESS else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise MissingSetting(f"Set PUBLIC_URL to an address such as https://projects.example.com; it is {value!r}.")
    return value.rstrip("/")


def _allowed_hosts(env: Mapping[str, str], public_url: str) -> tuple[str, ...]:
    """Those of the list and the host of our own links; none for every host."""
    names = _listed(env, "ALLOWED_HOSTS", hosts.parse)
    own = urlsplit(public_url).hostname or ""
    return (*names, f"[{own}]" if ":" in own else own) if names else ()


def _listed(env: Mapping[str, str], name: str, parse: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
    try:
        return parse(text(env, name, default=""))
    except ValueError as error:
        raise MissingSetting(f"Set {name} rightly: {error}.") from None


def _rate(env: Mapping[str, str], name: str, *, default: str) -> Rate | None:
    try:
        return rate.parse(text(env, name, default=default))
    except ValueError as error:
        raise MissingSetting(f"Set {name} to {error}.") from None


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise MissingSetting(f"Set TRUSTED_PROXIES to addresses or networks, with commas between: {error}.") from None
