"""The three private servers as one."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psycopg
from psycopg.errors import DiskFull

from synergy_local.account import Account, private_folder
from synergy_local.credentials import Credentials
from synergy_local.ports import free_ports
from synergy_local.processes import Watched
from synergy_local.program import Program
from synergy_local.servers import Server
from synergy_local.servers.postgres import Postgres
from synergy_local.servers.rabbitmq import RabbitMQ
from synergy_local.servers.redis import Redis
from synergy_local.trouble import DISK_FULL, Trouble
from synergy_operator.broker import SERVICES
from synergy_operator.databases import Database, create
from synergy_operator.outside import Outside

PORTS = ("postgres", "amqp", "node", "epmd", "redis")


class Servers:
    """
    PostgreSQL, RabbitMQ and Redis with their data under `home`, on ports that are free now.

    They run as `account` when root starts them; `home` must be where that user can go.
    `extra_users` are broker users beyond the services' own, by password; `outside` names servers that are there already
    and take the place of private ones. Not `durable` is for data that nobody needs after a crash of the machine.
    """

    def __init__(
        self,
        home: Path,
        credentials: Credentials,
        *,
        account: Account | None,
        extra_users: Mapping[str, str] | None = None,
        outside: Outside | None = None,
        durable: bool = True,
    ) -> None:
        self.outside = outside or Outside()
        self.credentials = credentials
        self.home = home
        port = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self.postgres = Postgres(
            home / "postgres",
            port=port["postgres"],
            password=credentials.postgres_admin,
            account=account,
            durable=durable,
        )
        self.rabbitmq = RabbitMQ(
            home / "rabbitmq",
            port=port["amqp"],
            node_port=port["node"],
            epmd_port=port["epmd"],
            passwords=credentials.broker | dict(extra_users or {}),
            account=account,
        )
        self.redis = Redis(home / "redis", port=port["redis"], password=credentials.redis, account=account)
        self.account = account

    @property
    def all(self) -> tuple[Server, ...]:
        """The private ones."""
        servers: dict[str, Server] = {"PostgreSQL": self.postgres, "RabbitMQ": self.rabbitmq, "Redis": self.redis}
        return tuple(server for name, server in servers.items() if name not in self.outside.names)

    def prepare(self) -> None:
        """Write what they need to start. Raises Trouble."""
        private_folder(self.home, self.account)
        for server in self.all:
            server.prepare()

    def programs(self) -> list[Program]:
        """Every program of theirs, in starting order."""
        return [program for server in self.all for program in server.programs()]

    def described(self) -> str:
        """Which are up, and whose they are."""
        own = self.outside.names
        private = listed([name for name in ("PostgreSQL", "RabbitMQ", "Redis") if name not in own])
        parts = [f"{private} up: private, on loopback"] if private else []
        return "; ".join([*parts, *([f"{listed(own)} your own"] if own else [])])

    def wait_ready(self, children: Iterable[Watched] = ()) -> None:
        """Return when all answer. Raises Trouble."""
        for server in self.all:
            server.wait_ready(*children)

    def database(self, service: str) -> Database:
        """The database of a service and its roles."""
        return Database(
            name=f"synergy_{service}",
            owner=f"{service}_owner",
            owner_password=self.credentials.database[f"{service}_owner"],
            service=f"{service}_service",
            service_password=self.credentials.database[f"{service}_service"],
        )

    def make_databases(self) -> None:
        """Make the services' databases and roles where they are missing, on the private server. Raises Trouble."""
        for service in () if self.outside.databases else SERVICES:
            try:
                create(self.postgres.admin_url, self.database(service))
            except DiskFull as error:
                raise Trouble(DISK_FULL) from error
            except psycopg.Error as error:
                raise Trouble(f"PostgreSQL did not make the database of {service}: {str(error).strip()}") from error

    def database_url(self, service: str) -> str:
        """The service role's address."""
        if service in self.outside.databases:
            return self.outside.databases[service]
        database = self.database(service)
        return self.postgres.url(database.service, database.service_password, database.name)

    def migration_url(self, service: str) -> str:
        """The owner's address."""
        if service in self.outside.owners:
            return self.outside.owners[service]
        database = self.database(service)
        return self.postgres.url(database.owner, database.owner_password, database.name)

    def amqp_url(self, user: str) -> str:
        """The broker's address for one of our users."""
        return self.outside.broker.get(user) or self.rabbitmq.url(user)

    @property
    def redis_url(self) -> str:
        """The address of Redis."""
        return self.outside.redis or self.redis.url


def listed(names: Sequence[str]) -> str:
    """`A and B are`, `A is`; nothing for none."""
    if len(names) < 2:
        return f"{names[0]} is" if names else ""
    return f"{', '.join(names[:-1])} and {names[-1]} are"
