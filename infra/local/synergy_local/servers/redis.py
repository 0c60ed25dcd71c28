"""A private Redis: loopback only, a password, nothing kept on disk."""

import shutil
from pathlib import Path

import redis

from synergy_local.account import Account, private_file, private_folder
from synergy_local.ports import LOOPBACK
from synergy_local.processes import Watched, wait_until
from synergy_local.program import Program

# Nothing is evicted: a rate limit or a freshness mark that vanished would be believed never to have been.
CONFIGURATION = """\
bind {host}
port {port}
protected-mode yes
requirepass {password}
daemonize no
save ""
appendonly no
dir {home}
maxmemory 256mb
maxmemory-policy noeviction
loglevel notice
"""


def program() -> str | None:
    """Where the server is; Valkey does as well. None when there is neither."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


class Redis:
    """One private server; `home` holds only its configuration."""

    def __init__(self, home: Path, *, port: int, password: str, account: Account | None) -> None:
        self.home = home
        self.port = port
        self.password = password
        self.account = account

    @property
    def url(self) -> str:
        """The address, with the password."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def prepare(self) -> None:
        """Write this start's configuration."""
        private_folder(self.home, self.account)
        configuration = CONFIGURATION.format(host=LOOPBACK, port=self.port, password=self.password, home=self.home)
        private_file(self.home / "redis.conf", configuration, self.account)

    def programs(self) -> list[Program]:
        """The server."""
        argv = (program() or "redis-server", str(self.home / "redis.conf"))
        return [Program(name="redis", argv=argv, account=self.account)]

    def wait_ready(self, *children: Watched, seconds: float = 30) -> None:
        """Return when it answers a ping. Raises Trouble."""
        wait_until(self.answers, seconds=seconds, what="Redis answering", children=children)

    def answers(self) -> bool:
        """Whether it answers a ping."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
