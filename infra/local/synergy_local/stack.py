"""Every process of SynergyOS and what each is told: its own addresses and secrets, and nobody else's."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from synergy_local.ports import LOOPBACK, is_loopback
from synergy_local.program import Program
from synergy_local.servers.together import Servers
from synergy_local.trouble import Trouble
from synergy_operator.broker import SERVICES
from synergy_operator.configuration import handed_to

ANY_ADDRESS: Final = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound

LAST_PORT: Final = 65_535

STOP_SECONDS: Final = {"sender": 20}
"""How long a program may take to end where that is more than usual: a receiver may take 15 s to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """
    The processes on `servers`, with the door at `host`:`port`.

    `webhook_allow` opens private addresses to webhooks; `seals` is the folder for copies of the seals; `options` are
    settings to hand through (see `synergy_operator.configuration`).
    """

    servers: Servers
    host: str
    port: int
    webhook_allow: str = ""
    seals: Path | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The door's address, without a slash at its end."""
        return address(self.host, self.port)

    def migrations(self) -> list[Program]:
        """One short program for each store, as the owner of its database."""
        return [
            python(f"{service}-migrate", service, "migrate", self.database(service) | self.owner(service))
            for service in SERVICES
        ]

    def processes(self) -> list[Program]:
        """The long-lived programs, the door last."""
        services = [python(service, service, "serve", self.service(service)) for service in SERVICES]
        relays = [python(f"relay-{service}", service, "relay", self.relay(service)) for service in SERVICES]
        sender = python(
            "sender", "webhooks", "send", self.database("webhooks") | self.webhooks() | self.common("sender")
        )
        gateway = python("gateway", "gateway", "serve", self.gateway())
        return self.counted([*services, *relays, sender, gateway])

    def counted(self, programs: list[Program]) -> list[Program]:
        """`programs`, each with its own port for metrics, from METRICS_PORT on, if that is set. Raises Trouble."""
        first = self.options.get("METRICS_PORT")
        if not first:
            return programs
        if not first.isdecimal() or not 0 < int(first) <= LAST_PORT - len(programs):
            raise Trouble(f"Set METRICS_PORT to a port with {len(programs)} in a row; it is {first!r}.")
        ports = count(int(first))
        return [replace(program, env={**program.env, "METRICS_PORT": str(next(ports))}) for program in programs]

    def service(self, name: str) -> dict[str, str]:
        """A service's environment."""
        own = {"auth": self.accounts, "projects": dict, "webhooks": self.webhooks}[name]()
        amqp = {f"{name.upper()}_AMQP_URL": self.servers.amqp_url(name)}
        return self.database(name) | amqp | own | self.sealed() | self.common(name)

    def accounts(self) -> dict[str, str]:
        """
        What auth is told beside: the secret, where links in mails lead, and, where nobody comes but from this machine,
        that one address may register as often as it likes; RATE_REGISTER overrules it.
        """
        alone = {"RATE_REGISTER": "0"} if is_loopback(self.host) else {}
        return self.secret() | {"PUBLIC_URL": self.url} | alone

    def relay(self, service: str) -> dict[str, str]:
        """A relay's environment: the store it reads and the exchange it alone may publish on."""
        amqp = {"RELAY_AMQP_URL": self.servers.amqp_url(f"relay-{service}")}
        return self.database(service) | amqp | self.sealed() | self.common(f"relay-{service}")

    def sealed(self) -> dict[str, str]:
        """Where the relays keep copies of the seals, and `verify` looks for them."""
        return {"SEALS_FOLDER": str(self.seals)} if self.seals else {}

    def gateway(self) -> dict[str, str]:
        """The gateway's environment: no database."""
        return {
            "GATEWAY_AMQP_URL": self.servers.amqp_url("gateway"),
            "REDIS_URL": self.servers.redis_url,
            "HOST": self.host,
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
        } | self.hosts(self.common("gateway"))

    def hosts(self, told: Mapping[str, str]) -> dict[str, str]:
        """`told`, where a list of allowed hosts has the door's own address too: that is how we ask it."""
        names = told.get("ALLOWED_HOSTS")
        own = urlsplit(self.url).netloc.removesuffix(f":{self.port}")
        return dict(told) | ({"ALLOWED_HOSTS": f"{names},{own}"} if names else {})

    def database(self, service: str) -> dict[str, str]:
        """The address of a service's database for the service role."""
        return {f"{service.upper()}_DATABASE_URL": self.servers.database_url(service)}

    def owner(self, service: str) -> dict[str, str]:
        """The address of a service's database for its owner."""
        return {f"{service.upper()}_MIGRATION_URL": self.servers.migration_url(service)}

    def secret(self) -> dict[str, str]:
        """The key for what is kept sealed."""
        return {"SECRET_KEY": self.options.get("SECRET_KEY") or self.servers.credentials.secret_key}

    def webhooks(self) -> dict[str, str]:
        """What the webhooks service and its sender share."""
        return self.secret() | {"WEBHOOK_ALLOW": self.webhook_allow}

    def common(self, name: str) -> dict[str, str]:
        """What was handed through for this process."""
        return handed_to(name, self.options)


def address(host: str, port: int) -> str:
    """Where a door that listens at `host`:`port` is reached from this machine, without a slash at its end."""
    name = LOOPBACK if host in ANY_ADDRESS else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def python(name: str, service: str, verb: str, env: Mapping[str, str]) -> Program:
    """A program of one of our services."""
    argv = (sys.executable, "-m", f"synergy_{service}", verb)
    return Program(name=name, argv=argv, env=env, stop_seconds=STOP_SECONDS.get(name, 10))
