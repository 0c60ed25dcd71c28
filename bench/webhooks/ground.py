"""The whole stack with one sender, a receiver, and a person with projects and webhooks."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import psycopg

from bench.webhooks.certificate import a_certificate
from bench.webhooks.options import Options
from bench.webhooks.receiver import Receiver
from synergy_local.credentials import Credentials
from synergy_local.processes import wait_until
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room
from synergy_local.testing import RunningStack, running_stack
from synergy_local.visitor import Visitor

PASSWORD: Final = "correct horse battery"
AT_ONCE: Final = 8
"""Requests of ours at a time."""
LONGEST: Final = 120
"""Seconds that anything may take to arrive."""


@dataclass(slots=True)
class Ground:
    """Where everything is measured."""

    stack: RunningStack
    receiver: Receiver
    certificate: Path
    options: Options
    told: Callable[[str], None]
    people: int = 0
    _seen: dict[str, int] = field(default_factory=dict)

    @property
    def admin_url(self) -> str:
        """The administrator's address of PostgreSQL."""
        return self.stack.servers.postgres.admin_url

    def somebody(self) -> Visitor:
        """A new person, signed in: at most 200 webhooks each."""
        self.people += 1
        visitor = Visitor(self.stack.url)
        name = f"bench{self.people:04}"
        visitor.register(name, PASSWORD, email=f"{name}@example.com")
        return visitor

    def projects(self, owner: Visitor, count: int) -> list[int]:
        """So many new projects of theirs."""
        made = self.each(range(count), lambda n: owner.ask("POST", "/api/projects/", {"name": f"P{n}"}, expect=201))
        return [int(one["id"]) for one in made]

    def webhooks(self, owner: Visitor, paths: list[str], *events: str, **more: Any) -> list[str]:
        """A webhook to each of these paths; tells their ids."""
        asked = {"events": list(events), **more}

        def one(path: str) -> str:
            body = {"name": path, "url": self.receiver.url(path), **asked}
            return str(owner.ask("POST", "/api/webhooks/", body, expect=201)["id"])

        return self.each(paths, one)

    def tasks(self, owner: Visitor, projects: list[int]) -> None:
        """A new task in each of these projects, several in one that is named several times."""
        self.each(projects, lambda one: owner.ask("POST", "/api/tasks/", {"project": one, "title": "T"}, expect=201))

    def each(self, items: Any, work: Callable[[Any], Any]) -> list[Any]:
        """`work` on each, some at a time."""
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            return list(crowd.map(work, items))

    def wait_for(self, count: int) -> None:
        """Return when so many deliveries have been answered since the last `taken`."""
        wait_until(lambda: self.receiver.count() >= count, seconds=LONGEST, what=f"{count} deliveries")

    def settled(self) -> None:
        """Return when nothing waits to be sent."""
        waiting = "SELECT count(*) FROM lanes l JOIN endpoints e USING (webhook_id) WHERE pending > 0 AND failures = 0"
        with self.database() as rows:
            wait_until(lambda: rows.execute(waiting).fetchone() == (0,), seconds=LONGEST, what="all being sent")

    def database(self) -> "psycopg.Connection[Any]":
        """The webhooks' database."""
        return psycopg.connect(self.stack.servers.migration_url("webhooks"), autocommit=True)


@contextmanager
def ground(options: Options, *, told: Callable[[str], None]) -> Iterator[Ground]:
    """A stack that lives as long as the block, whose sender trusts the receiver's certificate."""
    with temporary_room() as folder:
        room = Temporary(folder)
        servers = Servers(room.home(), Credentials(), account=room.account)
        certificate = a_certificate(room.room / "receiver.pem")
        receiver = Receiver(certificate, latency=options.latency)
        try:
            for server in servers.all:
                room.start(server)
            with running_stack(room, servers) as stack:
                sender = stack.programs["sender"]
                stack.programs["sender"] = replace(sender, env=dict(sender.env) | {"SSL_CERT_FILE": str(certificate)})
                stack.restart("sender")
                stack.wait_healthy()
                yield Ground(stack, receiver, certificate, options, told)
        finally:
            receiver.close()
            room.stop()
