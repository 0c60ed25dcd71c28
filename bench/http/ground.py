"""Everything that is measured, on servers of its own, with its data: the stack, doors beside it, the twin, floors."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import Any, Final

import psycopg

from bench.http.comparing import compare
from bench.http.driving.drive import drive
from bench.http.driving.leaving import leave_with
from bench.http.driving.plan import Address, Heard, Plan
from bench.http.filling import people, store
from bench.http.options import Options
from bench.http.twin import Twin
from synergy_local.credentials import Credentials
from synergy_local.demo_data import PASSWORD, USERNAME
from synergy_local.ports import LOOPBACK, free_ports
from synergy_local.processes import Child, wait_until
from synergy_local.program import Program
from synergy_local.servers.testbed import TESTER, Broker
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room
from synergy_local.testing import RunningStack, running_stack
from synergy_local.trouble import Trouble
from synergy_local.visitor import Visitor, healthy
from synergy_projects.filling import Data

CLIENTS: Final = 2
UNCACHED: Final = "gateway-uncached"
"""A second gateway, which keeps no answers."""
LIMITED: Final = "gateway-limited"
FAR_LIMIT: Final = "9999999/s"
PATIENCE: Final = 1_800
FRESH: Final = 1_800
CONNECTED: Final = "broker-connected"
LIMITS: Final = "RATE_USER, RATE_ANON and RATE_REGISTER are off (0); limits on failed logins are as always"


@dataclass(slots=True)
class Ground:
    """Where everything is measured; `clients` are processes that are not the one that reads the clock here."""

    room: Temporary
    stack: RunningStack
    clients: ProcessPoolExecutor
    options: Options
    told: Callable[[str], None]
    people: list[dict[str, Any]] = field(default_factory=list)
    doors: dict[str, Address] = field(default_factory=dict)
    with_twin: bool = True
    ready: Callable[[], None] = lambda: None
    """Called when all is ready, before anything is measured."""
    signed_in: float = 0.0
    compared: int = 0
    _twin: Twin | None = None

    @property
    def door(self) -> Address:
        """The gateway that keeps answers, as it is by default."""
        return self.doors["gateway"]

    @property
    def uncached(self) -> Address:
        """The gateway that asks every time; started at the first call."""
        return self.doors.get(UNCACHED) or self.gateway(UNCACHED, CACHE_MB="0")

    @property
    def limited(self) -> Address:
        """A gateway that keeps answers and counts requests against limits nobody reaches; started at the first call."""
        return self.doors.get(LIMITED) or self.gateway(LIMITED, RATE_USER=FAR_LIMIT, RATE_ANON=FAR_LIMIT)

    @property
    def admin_url(self) -> str:
        """The administrator's address of PostgreSQL."""
        return self.stack.servers.postgres.admin_url

    @property
    def data(self) -> Data:
        """What there is."""
        users = tuple(one["user"]["id"] for one in self.people)
        return Data(users=users, projects=self.options.projects, tasks=self.options.tasks)

    @property
    def token(self) -> str:
        """The access token of the first user, who owns the first projects."""
        return str(self.people[0]["access"])

    def sign_in(self) -> None:
        """Fresh access tokens for everybody, once the old ones are half an hour old; they live for an hour."""
        if time.monotonic() - self.signed_in < FRESH:
            return
        self.told("signing in again")
        for one in self.people:
            one |= Visitor(self.stack.url).sign_in(one["user"]["username"], PASSWORD)
        if (twin := self._twin) is not None:
            wait_until(lambda: _signed_in(twin), seconds=PATIENCE, what="the twin answering after its crowds")
        self.signed_in = time.monotonic()

    def drive(self, plan: Plan, *, clients: int = 1) -> Heard:
        """Let other processes do what the plan says, `clients` of them with as many users each; all they heard."""
        plans = [replace(plan, seed=plan.seed + number) for number in range(clients)]
        return together(list(self.clients.map(drive, plans)))

    def gateway(self, name: str, **settings: str) -> Address:
        """Start another gateway with its own settings; its address once it is healthy."""
        (port,) = free_ports(1)
        program = self.stack.programs["gateway"]
        env = (
            {key: value for key, value in program.env.items() if key != "METRICS_PORT"} | {"PORT": str(port)} | settings
        )
        self.stack.programs[name] = replace(program, name=name, env=env)
        self.stack.start(name)
        url = f"http://{LOOPBACK}:{port}"
        wait_until(lambda: healthy(url), seconds=60, what=f"{name} answering healthy",
                   children=[self.stack.children[name]])  # fmt: skip
        self.doors[name] = (LOOPBACK, port)
        return self.doors[name]

    def replica(self, service: str, number: int) -> str:
        """Start another process of a service; its name, once it is connected as the first one is."""
        name = f"{service}-{number}"
        program = self.stack.programs[service]
        self.stack.programs[name] = replace(program, name=name, env=without_metrics(program))
        before = self.stack.log(name).count(CONNECTED)
        self.stack.start(name)
        wanted = before + self.stack.log(service).count(CONNECTED)
        wait_until(lambda: self.stack.log(name).count(CONNECTED) >= wanted, seconds=60, what=f"{name} connecting",
                   children=[self.stack.children[name]])  # fmt: skip
        return name

    def end(self, name: str) -> None:
        """End a gateway or a replica."""
        self.stack.stop(name)
        self.doors.pop(name, None)

    def alone(self) -> None:
        """End the gateways that are not as by default: each would follow every change that is made."""
        for name in set(self.doors) - {"gateway"}:
            self.end(name)

    def start(self, name: str, argv: tuple[str, ...], env: Mapping[str, str]) -> Child:
        """Start a program of the benchmark's own; it ends with everything."""
        self.room.children[name] = Child(Program(name=name, argv=argv, env=env), self.room.room)
        return self.room.children[name]

    def python(self, name: str, module: str, **env: str) -> Child:
        """The same for a module of ours."""
        return self.start(name, (sys.executable, "-m", module), env)

    def twin(self) -> Twin | None:
        """
        The twin of the original with the same data, started at the first call; None where it is left out.

        Raises OtherData when its data are not the same.
        """
        if self._twin is None and self.with_twin:
            self._twin = Twin.started(self.start, self.stack.servers, self.told)
            self.compared = compare(self.stack.url, self.token, self._twin.url, self._twin.token)
            self.told(f"{self.compared} objects of both compared: the same data")
        return self._twin

    @property
    def same_data(self) -> str:
        """What was compared, for a note."""
        return f"{self.compared} objects of both were compared first, field by field: the same data"

    def vhost(self) -> Any:
        """A virtual host of the broker beside the real one."""
        return Broker(self.stack.servers.rabbitmq).new_vhost()

    def rest(self) -> None:
        """Return when everything that was written has been followed: relays, webhooks, mail."""
        self.told("waiting until everything is followed")
        visitor = Visitor(self.stack.url)

        def followed() -> bool:
            told = visitor.answer("GET", "/api/health/").json()
            return told["status"] == "healthy" and not any(part.get("lag") for part in told["checks"].values())

        wait_until(followed, seconds=PATIENCE, what="everything being followed")
        with psycopg.connect(self.stack.servers.migration_url("auth"), autocommit=True) as auth:
            unsent = "SELECT count(*) FROM mails WHERE sent_at IS NULL AND given_up_at IS NULL"
            wait_until(lambda: auth.execute(unsent).fetchone() == (0,), seconds=PATIENCE, what="all mail leaving")

    def checkpoint(self) -> None:
        """Write what the filling has left to be written, so that nothing measured pays for it."""
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            admin.execute("CHECKPOINT")

    def fill(self) -> None:
        """Accounts, projects and tasks, followed by everybody."""
        self.told(f"registering {self.options.users} accounts")
        self.people = people.register(self.stack.url, self.options.users)
        self.signed_in = time.monotonic()
        self.told(f"{self.options.projects:,} projects with {self.options.tasks:,} tasks")
        servers = self.stack.servers
        store.fill(
            self.data, url=servers.database_url("projects"), owner_url=servers.migration_url("projects"),
            environment=self.stack.env("projects"), workers=self.clients, told=self.told,
        )  # fmt: skip
        self.rest()
        self.checkpoint()


def _signed_in(twin: Twin) -> bool:
    """A fresh token for the twin; False while it still has a crowd's requests before it."""
    try:
        twin.token = Visitor(twin.url).sign_in(USERNAME, PASSWORD)["access"]
    except Trouble:
        return False
    return True


def without_metrics(program: Program) -> dict[str, str]:
    """What a program is told, without the port that another one has."""
    return {name: value for name, value in program.env.items() if name != "METRICS_PORT"}


def together(heard: list[Heard]) -> Heard:
    """What several clients heard at the same time, as one."""
    first, *others = heard
    for other in others:
        for name, took in other.took.items():
            first.took.setdefault(name, []).extend(took)
        first.failures.update(other.failures)
        first.said = other.said | first.said
        first.seconds = max(first.seconds, other.seconds)
        first.processor += other.processor
    return first


@contextmanager
def ground(options: Options, *, told: Callable[[str], None], twin: bool = True) -> Iterator[Ground]:
    """A stack with its data that lives as long as the block."""
    spawning = get_context("spawn")
    with (
        temporary_room() as folder,
        ProcessPoolExecutor(CLIENTS, mp_context=spawning, initializer=leave_with, initargs=(os.getpid(),)) as clients,
    ):
        room = Temporary(folder)
        servers = Servers(room.home(), Credentials(), account=room.account, extra_users={TESTER: "tester"})
        try:
            for server in servers.all:
                room.start(server)
            (metrics,) = free_ports(1)
            with running_stack(room, servers, METRICS_PORT=str(metrics)) as stack:
                place = Ground(room, stack, clients, options, told, with_twin=twin)
                place.doors["gateway"] = (LOOPBACK, stack.parts.port)
                place.fill()
                yield place
        finally:
            room.stop()
