"""A private PostgreSQL: loopback only, its own data, passwords everywhere, as durable as a real one."""

import shutil
import signal
from functools import cached_property
from pathlib import Path

import psycopg

from synergy_local.account import Account, private_file, private_folder
from synergy_local.ports import LOOPBACK
from synergy_local.processes import Watched, wait_until
from synergy_local.program import Program
from synergy_local.servers.errand import run_errand

ADMIN = "synergy_admin"
VERSIONED_FOLDERS = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt", "/usr/libexec")
CONFIGURATION = """\
listen_addresses = '{host}'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 200
shared_buffers = '64MB'
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = on
max_wal_size = '512MB'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %a '
lc_messages = 'C'
"""
ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"


def folder() -> Path | None:
    """Where PostgreSQL's programs are, the newest first; Debian keeps them off PATH. None when there are none."""
    versioned = [
        path.parent
        for root in VERSIONED_FOLDERS
        for pattern in ("*/bin/initdb", "postgresql*/bin/initdb", "initdb")
        for path in Path(root).glob(pattern)
    ]
    if versioned:
        return max(versioned, key=version)
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def version(folder: Path) -> int:
    """The major version in a folder's path, 0 when it names none."""
    digits = [part.rpartition("@")[2].partition(".")[0] for part in folder.parts]
    return max((int(d) for d in digits if d.isdigit()), default=0)


class Postgres:
    """
    One private server with its data under `home`. One that is not `durable` loses nothing when it is killed, but when
    the machine stops: for data that nobody needs after a crash of the machine.
    """

    def __init__(self, home: Path, *, port: int, password: str, account: Account | None, durable: bool = True) -> None:
        self.durable = durable
        self.home = home
        self.data = home / "data"
        self.port = port
        self.password = password
        self.account = account

    @property
    def admin_url(self) -> str:
        """The administrator's address, with the password."""
        return f"postgresql://{ADMIN}:{self.password}@{LOOPBACK}:{self.port}/postgres"

    def url(self, role: str, password: str, database: str) -> str:
        """The address of `database` for `role`."""
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self.port}/{database}"

    @cached_property
    def programs_folder(self) -> Path:
        """Where initdb and postgres are."""
        found = folder()
        assert found is not None, "prerequisites were checked before"
        return found

    def prepare(self) -> None:
        """Make the data folder the first time; write this start's configuration. Raises Trouble."""
        private_folder(self.home, self.account)
        if not (self.data / "PG_VERSION").exists():
            self.make_data()
        configuration = CONFIGURATION.format(host=LOOPBACK, port=self.port, durable="on" if self.durable else "off")
        private_file(self.home / "postgresql.conf", configuration, self.account)
        private_file(self.home / "pg_hba.conf", ACCESS, self.account)

    def make_data(self) -> None:
        """Run initdb into a folder of another name first, so that a half-made one is never mistaken for data."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        secret = private_file(self.home / "admin-password", self.password + "\n", self.account)
        try:
            run_errand(
                [
                    *(str(self.programs_folder / "initdb"), "-D", str(fresh), "-U", ADMIN, "--pwfile", str(secret)),
                    *("-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"),
                ],
                account=self.account,
                what="Making PostgreSQL's data folder",
            )
        finally:
            secret.unlink()
        fresh.rename(self.data)

    def programs(self) -> list[Program]:
        """The server. SIGINT is its fast shutdown: sessions end, data is flushed."""
        options = ["-D", self.data, "-c", f"config_file={self.home / 'postgresql.conf'}"]
        options += ["-c", f"hba_file={self.home / 'pg_hba.conf'}"]
        return [
            Program(
                name="postgres",
                argv=(str(self.programs_folder / "postgres"), *map(str, options)),
                account=self.account,
                stop_signal=signal.SIGINT,
                stop_seconds=20,
            )
        ]

    def wait_ready(self, *children: Watched, seconds: float = 60) -> None:
        """Return when a query is answered. Raises Trouble."""
        wait_until(self.answers, seconds=seconds, what="PostgreSQL answering", children=children)

    def answers(self) -> bool:
        """Whether the administrator gets a query through."""
        try:
            with psycopg.connect(self.admin_url, connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True
