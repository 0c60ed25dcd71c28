"""The whole stack for tests: every process a child of the test session, which can kill and restart each of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from synergy_local.account import private_folder
from synergy_local.ports import LOOPBACK, free_ports
from synergy_local.processes import Begin, Child, on_a_leash, wait_until
from synergy_local.program import Program
from synergy_local.servers.together import Servers
from synergy_local.stack import Stack
from synergy_local.temporary import Temporary
from synergy_local.trouble import failed
from synergy_local.visitor import healthy

LIMITS_OFF = {"RATE_USER": "0", "RATE_ANON": "0", "RATE_REGISTER": "0"}
"""Tests come from one address and register often."""


class RunningStack:
    """
    All processes on servers that run; `.url` is the door.

    Processes have the names of `Stack.processes`; `postgres`, `rabbitmq` and `redis` can be stopped and started too.
    `begin` starts those that are ours.
    """

    def __init__(self, room: Temporary, servers: Servers, options: Mapping[str, str], *, begin: Begin) -> None:
        (port,) = free_ports(1)
        self.parts = Stack(
            servers=servers,
            host=LOOPBACK,
            port=port,
            webhook_allow=LOOPBACK,
            seals=room.room / "seals",
            options=LIMITS_OFF | dict(options),
        )
        self.room = room
        self.begin = begin
        self.programs: dict[str, Program] = {program.name: program for program in self.parts.processes()}
        self.programs |= {program.name: program for program in servers.programs()}
        self.children: dict[str, Child] = {}

    @property
    def url(self) -> str:
        """The door's address, without a slash at its end."""
        return self.parts.url

    @property
    def servers(self) -> Servers:
        """PostgreSQL, RabbitMQ and Redis beneath it."""
        return self.parts.servers

    def env(self, name: str) -> dict[str, str]:
        """What the process `name` is told, `auth-migrate` and its like included."""
        programs = [*self.parts.processes(), *self.parts.migrations()]
        return {program.name: dict(program.env) for program in programs}[name]

    def start_all(self) -> None:
        """Databases, migrations, every process; returns when the door says that all is well. Raises Trouble."""
        self.servers.make_databases()
        self.migrate()
        for program in self.parts.processes():
            self.start(program.name)
        self.wait_healthy()

    def migrate(self) -> None:
        """Bring all stores to the newest revision, all at once. Raises Trouble."""
        migrating = [Child(program, self.room.room, begin=self.begin) for program in self.parts.migrations()]
        wait_until(lambda: not any(child.alive() for child in migrating), seconds=300, what="migrating the stores")
        for child in migrating:
            if child.process.wait() != 0:
                raise failed(f"Migrating ({child.program.name}) failed", child.last_words())

    def start(self, name: str) -> None:
        """Start one process; returns at once."""
        begin = self.begin if self.among(name) is self.children else on_a_leash
        self.among(name)[name] = Child(self.programs[name], self.room.room, begin=begin)

    def kill(self, name: str) -> None:
        """End one process as a crash would."""
        self.among(name).pop(name).kill()

    def stop(self, name: str) -> None:
        """End one process politely."""
        self.among(name).pop(name).stop()

    def among(self, name: str) -> dict[str, Child]:
        """Where a process of this name is kept: servers outlive the stack."""
        return self.room.children if name in {p.name for p in self.servers.programs()} else self.children

    def restart(self, name: str) -> None:
        """End one process politely if it runs, and start it again; returns at once."""
        if name in self.among(name):
            self.stop(name)
        self.start(name)

    def log(self, name: str) -> str:
        """Everything a process has logged."""
        path = private_folder(self.room.room / "logs") / f"{name}.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def wait_healthy(self, *, seconds: float = 60) -> None:
        """Return when the door says that every part is up. Raises Trouble with the logs of a process that ended."""
        children = tuple(self.children.values())
        wait_until(lambda: healthy(self.url), seconds=seconds, what="/api/health/ answering healthy", children=children)

    def stop_all(self) -> None:
        """End every process politely, all at once."""
        for child in self.children.values():
            child.ask_to_stop()
        for child in self.children.values():
            child.stop()
        self.children.clear()


@contextmanager
def running_stack(
    room: Temporary, servers: Servers, *, begin: Begin = on_a_leash, **options: str
) -> Iterator[RunningStack]:
    """
    The whole stack on servers that run already, as long as the block lasts; `options` are settings to hand through.
    `begin` starts our own processes.

    Raises Trouble when it does not come up.
    """
    stack = RunningStack(room, servers, options, begin=begin)
    try:
        stack.start_all()
        yield stack
    finally:
        stack.stop_all()
