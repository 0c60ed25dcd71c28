"""A private RabbitMQ: its own Erlang node, epmd, cookie, plugins and users; every listener on loopback."""

import json
import secrets
import shutil
import socket
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pika
from pika.exceptions import AMQPError

from synergy_local.account import Account, private_file, private_folder
from synergy_local.ports import LOOPBACK
from synergy_local.processes import Watched, wait_until
from synergy_local.program import Program
from synergy_local.servers.errand import run_errand
from synergy_operator import broker

SCRIPT_FOLDERS = ("/usr/lib/rabbitmq/bin", "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin")
"""Debian's /usr/sbin/rabbitmq-server insists on its own user and folders; these are the scripts beneath it."""
LOOPBACK_TERM = "{127,0,0,1}"
CONFIGURATION = """\
listeners.tcp.1 = {host}:{port}
load_definitions = {definitions}
loopback_users.guest = true
log.console = true
log.console.level = warning
log.file = false
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 200MB
collect_statistics_interval = 30000
"""
ADVANCED = """\
[{rabbit, [{dead_letter_worker_publisher_confirm_timeout, 5000}]}].
"""
"""
Milliseconds after which a message that is due is moved again, where its target was not up after a restart; 180 s are
usual.
"""
MANAGEMENT = """\
management.tcp.ip = {host}
management.tcp.port = {port}
"""


def folder() -> Path | None:
    """Where RabbitMQ's own scripts are, or None."""
    for known in SCRIPT_FOLDERS:
        if (Path(known) / "rabbitmq-server").exists():
            return Path(known)
    found = shutil.which("rabbitmq-server")
    return Path(found).parent if found else None


class RabbitMQ:
    """
    One private broker with its data under `home`.

    `passwords` by user name; `definitions` is loaded at every start, so users, permissions and exchanges are there even
    when the data was wiped. With a `management_port` its HTTP API listens there; we do not need it ourselves.
    """

    NODE = "synergy@localhost"

    def __init__(
        self,
        home: Path,
        *,
        port: int,
        node_port: int,
        epmd_port: int,
        passwords: Mapping[str, str],
        account: Account | None,
        definitions: dict[str, Any] | None = None,
        management_port: int | None = None,
    ) -> None:
        self.home = home
        self.port = port
        self.node_port = node_port
        self.epmd_port = epmd_port
        self.passwords = passwords
        self.account = account
        self.management_port = management_port
        self.definitions = definitions or broker.definitions(passwords)

    def url(self, user: str, *, vhost: str = broker.VHOST) -> str:
        """The AMQP address for `user`, with the password."""
        return f"amqp://{user}:{self.passwords[user]}@{LOOPBACK}:{self.port}/{vhost}"

    @cached_property
    def scripts(self) -> Path:
        """Where rabbitmq-server and rabbitmqctl are."""
        found = folder()
        assert found is not None, "prerequisites were checked before"
        return found

    def prepare(self) -> None:
        """Write this start's configuration and definitions; make the cookie the first time."""
        private_folder(self.home, self.account)
        for name in ("mnesia", "generated"):
            private_folder(self.home / name, self.account)
        cookie = self.home / ".erlang.cookie"
        if not cookie.exists():
            private_file(cookie, secrets.token_hex(20), self.account)
        definitions = private_file(self.home / "definitions.json", json.dumps(self.definitions), self.account)
        configuration = CONFIGURATION.format(host=LOOPBACK, port=self.port, definitions=definitions)
        if self.management_port is not None:
            configuration += MANAGEMENT.format(host=LOOPBACK, port=self.management_port)
        private_file(self.home / "rabbitmq.conf", configuration, self.account)
        plugins = "[].\n" if self.management_port is None else "[rabbitmq_management].\n"
        private_file(self.home / "enabled_plugins", plugins, self.account)
        private_file(self.home / "advanced.config", ADVANCED, self.account)
        private_file(self.home / "rabbitmq-env.conf", "", self.account)

    def programs(self) -> list[Program]:
        """The Erlang port mapper of this node alone, then the broker."""
        epmd = shutil.which("epmd") or "epmd"
        return [
            Program(
                name="epmd", argv=(epmd, "-port", str(self.epmd_port)), env=self.environment(), account=self.account
            ),
            Program(
                name="rabbitmq",
                argv=(str(self.scripts / "rabbitmq-server"),),
                env=self.environment(),
                account=self.account,
                stop_seconds=20,
            ),
        ]

    def environment(self) -> dict[str, str]:
        """What makes this node ours alone: name, ports, folders, cookie (by HOME)."""
        return {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",
            "ERL_AFLAGS": "-start_epmd false",  # when ours has just been stopped, it would start one that nobody stops
            "RUNNING_UNDER_SYSTEMD": "true",  # the start script becomes the broker instead of staying its parent
            "RABBITMQ_NODENAME": self.NODE,
            "RABBITMQ_DIST_PORT": str(self.node_port),
            "RABBITMQ_CONF_ENV_FILE": str(self.home / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.home / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.home / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.home / "mnesia"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.home / "generated"),
            "RABBITMQ_LOG_BASE": str(self.home),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(self.home / "rabbitmq.pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (f"-kernel inet_dist_use_interface {LOOPBACK_TERM}"),
            "RABBITMQ_CTL_ERL_ARGS": f"-kernel inet_dist_use_interface {LOOPBACK_TERM}",
        }

    def wait_ready(self, *children: Watched, seconds: float = 90) -> None:
        """Return when a user of ours gets in and the exchanges are there. Raises Trouble."""
        wait_until(self.answers, seconds=seconds, what="RabbitMQ answering", children=children)

    def answers(self) -> bool:
        """Whether the definitions are loaded: their last exchange is there for their last user."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=5):
                pass  # far cheaper to be refused than a whole connection, and most looks come while it starts
            connection = pika.BlockingConnection(pika.URLParameters(self.url("relay-webhooks")))
        except (AMQPError, OSError):
            return False
        try:
            connection.channel().exchange_declare(broker.events_exchange("webhooks"), passive=True)
        except AMQPError:
            return False
        finally:
            if connection.is_open:
                connection.close()
        return True

    def control(self, *arguments: str, stdin: str = "") -> str:
        """Run rabbitmqctl against this node and return what it printed (seconds, it is slow). Raises Trouble."""
        return run_errand(
            [str(self.scripts / "rabbitmqctl"), "--quiet", *arguments],
            account=self.account,
            env=self.environment(),
            stdin=stdin,
            what=f"rabbitmqctl {arguments[0]}",
        )
