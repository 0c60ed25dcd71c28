"""The whole stack, the benchmark's own, and people who have accounts there."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any, Final

import psycopg

from bench.auth.clients import ready
from bench.auth.options import Options
from synergy_local.credentials import Credentials
from synergy_local.processes import wait_until
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room
from synergy_local.testing import RunningStack, running_stack
from synergy_local.visitor import Visitor

PASSWORD: Final = "correct horse battery"
CLIENTS: Final = 2
REGISTERING: Final = 8
"""People who register at the same time."""


@dataclass(slots=True)
class Ground:
    """Where everything is measured; `clients` are processes that are not the one that reads the clock here."""

    stack: RunningStack
    clients: ProcessPoolExecutor
    options: Options
    told: Callable[[str], None]

    @property
    def url(self) -> str:
        """The door's address."""
        return self.stack.url

    @property
    def admin_url(self) -> str:
        """The administrator's address of PostgreSQL."""
        return self.stack.servers.postgres.admin_url

    def register(self, prefix: str, count: int) -> list[dict[str, Any]]:
        """`count` new accounts, each as it was answered; the names begin with `prefix`."""
        self.told(f"registering {count} accounts")

        def one(number: int) -> dict[str, Any]:
            name = f"{prefix}{number:04}"
            answer: dict[str, Any] = Visitor(self.url).register(name, PASSWORD, email=f"{name}@example.com")
            return answer

        with ThreadPoolExecutor(REGISTERING) as people:
            return list(people.map(one, range(count)))

    def disable(self, prefix: str) -> None:
        """Disable the accounts whose names begin with `prefix`."""
        with psycopg.connect(self.stack.servers.migration_url("auth")) as database:
            database.execute("UPDATE users SET is_active = false WHERE starts_with(username, %s)", [prefix])

    def rest(self) -> None:
        """Return when every mail has left."""
        waiting = "SELECT count(*) FROM mails WHERE sent_at IS NULL AND given_up_at IS NULL"
        with psycopg.connect(self.stack.servers.migration_url("auth"), autocommit=True) as database:
            wait_until(lambda: database.execute(waiting).fetchone() == (0,), seconds=60, what="all mail leaving")

    def tell_auth(self, **settings: str) -> None:
        """Start auth anew with other settings."""
        program = self.stack.programs["auth"]
        self.stack.programs["auth"] = replace(program, env=dict(program.env) | settings)
        self.stack.restart("auth")
        self.stack.wait_healthy()


@contextmanager
def ground(options: Options, *, told: Callable[[str], None]) -> Iterator[Ground]:
    """
    A stack that lives as long as the block. No limit on requests; clients may say where they come from, so that the
    limits on failed logins, which are as always, meet none of them.
    """
    with temporary_room() as folder, ProcessPoolExecutor(CLIENTS, mp_context=get_context("spawn")) as clients:
        room = Temporary(folder)
        servers = Servers(room.home(), Credentials(), account=room.account)
        try:
            for server in servers.all:
                room.start(server)
            with running_stack(room, servers, TRUSTED_PROXIES="127.0.0.1") as stack:
                for client in [clients.submit(ready) for _ in range(CLIENTS)]:
                    client.result()
                yield Ground(stack, clients, options, told)
        finally:
            room.stop()
