"""Processes of the tests, and ways to look at what they did."""

import asyncio
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import forking
import msgspec
import pika
import pytest

from synergy_chassis.bus.asyncio_caller import Caller
from synergy_chassis.bus.working.client import WorkClient
from synergy_chassis.bus.working.parked import ParkedJobs
from synergy_chassis.clock import new_id
from synergy_local.credentials import Credentials
from synergy_local.servers.rabbitmq import RabbitMQ
from synergy_local.servers.testbed import TESTER, all_rights
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room
from synergy_operator.broker import VHOST

HERE = Path(__file__).parent


def until(condition: Callable[[], Any], *, seconds: float = 40, what: Callable[[], str] = str) -> Any:
    """The first truthy answer of `condition`; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < end, f"not within {seconds} s: {what()}"
        time.sleep(0.02)
    return answer


@dataclass
class Process:
    """A Python program, and what it logged."""

    popen: forking.Forked
    log: Path
    journal: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def logged(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line.get("event") == event]

    def wait_for(self, event: str, count: int = 1, seconds: float = 40) -> None:
        until(
            lambda: self.popen.poll() is not None or len(self.logged(event)) >= count,
            seconds=seconds,
            what=lambda: f"{count} × {event} in {self.log.read_text()[-3000:]}",
        )
        assert len(self.logged(event)) >= count, self.log.read_text()[-3000:]

    def journalled(self) -> list[Any]:
        return [json.loads(line) for line in self.journal.read_text().splitlines()] if self.journal.exists() else []

    def followed(self) -> list[int]:
        return [position for entry in self.journalled() if isinstance(entry, list) for position in entry]

    def terminate(self, seconds: float = 30) -> int:
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(seconds)

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()


@dataclass
class Programs:
    """Starts programs and ends them."""

    folder: Path
    running: list[Process] = field(default_factory=list)

    def start(self, *command: str, journal: Path | None = None, **env: str) -> Process:
        number = len(self.running)
        log, journal = self.folder / f"{number}.log", journal or self.folder / f"{number}.journal"
        with log.open("wb") as out:
            popen = forking.start(
                command,
                env=os.environ | env | {"JOURNAL": str(journal)},
                out=out.fileno(),
                green=command[0].endswith("echo.py"),
            )
        self.running.append(Process(popen, log, journal))
        return self.running[-1]

    def service(self, amqp_url: str, journal: Path | None = None, **env: str) -> Process:
        """The echo service, connected with all three of its connections."""
        process = self.start(str(HERE / "echo.py"), journal=journal, ECHO_AMQP_URL=amqp_url, **env)
        process.wait_for("broker-connected", 3)
        return process

    def worker(
        self, amqp_url: str, journal: Path | None = None, env: dict[str, str] | None = None, **options: Any
    ) -> Process:
        """The echo service, which also takes work; `options` are those of its entrypoint."""
        told = {"ECHO_AMQP_URL": amqp_url, "WORK": json.dumps(options)}
        return self.start(str(HERE / "echo.py"), journal=journal, **told, **(env or {}))

    def relay(self, *, amqp_url: str, database_url: str, source: str = "auth", before: str = "", **env: str) -> Process:
        """A relay; `before` is code that runs before it does."""
        code = (
            f"{before}\nimport os\nfrom synergy_chassis import logs, relay\n"
            "from synergy_chassis.metrics import address\n"
            "logs.configure(os.environ.get('LOG_LEVEL', 'info'))\n"
            "relay.run(database_url=os.environ['D'], amqp_url=os.environ['A'], source=os.environ['S'],"
            " metrics=address(os.environ))"
        )
        return self.start("-c", code, A=amqp_url, D=database_url, S=source, **env)


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    started = Programs(tmp_path)
    yield started
    for process in started.running:
        if process.popen.poll() is None:
            process.kill()


QUEUES = (
    "rpc-projects",
    "projects.follow.auth",
    *(f"projects.work.mail{kind}" for kind in ("", ".alone", ".parked")),
    *(f"projects.work.mail.delay.{delay}" for delay in (100, 200, 1_000, 10_000, 60_000, 600_000)),
    "full",
)
"""All that the echo service and the tests declare, which stays when they end."""


@pytest.fixture(scope="session")
def one_room(broker: Any) -> Any:
    """A virtual host for all tests of the bus: RabbitMQ takes longer to make one than most of them last."""
    return broker.new_vhost()


@pytest.fixture
def vhost(one_room: Any) -> Any:
    """It, without the queues of the tests before; emptied first, for a program that still ran would declare them."""
    with pika.BlockingConnection(pika.URLParameters(one_room.amqp_url())) as connection:
        channel = connection.channel()
        for queue in QUEUES:
            channel.queue_delete(queue)
    return one_room


@contextmanager
def handing_over(url: str) -> Iterator[WorkClient]:
    client = WorkClient(url, service="projects", names=["mail"])
    try:
        yield client
    finally:
        client.close()


@pytest.fixture
def sender(vhost: Any) -> Iterator[WorkClient]:
    """Hands work over to the echo service."""
    with handing_over(vhost.amqp_url("projects")) as client:
        yield client


def parked_at(url: str) -> ParkedJobs:
    return ParkedJobs(url, service="projects", names=["mail"])


@pytest.fixture
def parked(vhost: Any) -> ParkedJobs:
    """What the echo service has given up."""
    return parked_at(vhost.amqp_url("projects"))


class Asking:
    """A Caller on an event loop of its own thread."""

    def __init__(self, url: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.caller = Caller(url)
        self.run(self.caller.start())

    def run(self, work: Coroutine[Any, Any, Any], seconds: float = 30) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)

    def call(self, method: str, body: Any, *, deadline: float = 5, headers: dict[str, str] | None = None) -> Any:
        return msgspec.json.decode(self.run(self.caller.call(method, body, headers=headers or {}, deadline=deadline)))

    def close(self) -> None:
        self.run(self.caller.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(30)
        self.loop.close()


@contextmanager
def asking_at(url: str) -> Iterator[Asking]:
    asking = Asking(url)
    try:
        until(lambda: asking.caller.connected)
        yield asking
    finally:
        asking.close()


def stored_event(position: int, previous: int, **fields: Any) -> dict[str, Any]:
    """A stored event as the relay would send it."""
    return {
        "position": position,
        "previous_position": previous,
        "stream": "user-1",
        "version": position,
        "event_id": str(new_id()),
        "type": "user.updated",
        "schema_version": 1,
        "entity": "user-1",
        "data": {},
        "meta": {},
        "recorded_at": "2026-01-01T00:00:00Z",
        "hash": "00",
    } | fields


def publish(url: str, exchange: str, *bodies: Any, user: str | None = None, key: str = "user.updated") -> None:
    """Send these bodies as the user of `url`, confirmed."""
    with publishing(url, exchange, user=user, key=key) as say:
        say(*bodies)


@contextmanager
def publishing(
    url: str, exchange: str, *, user: str | None = None, key: str = "user.updated"
) -> Iterator[Callable[..., None]]:
    """What sends bodies as the user of `url`, confirmed, over one connection."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    properties = pika.BasicProperties(user_id=user, delivery_mode=2)

    def say(*bodies: Any) -> None:
        for body in bodies:
            payload = body if isinstance(body, bytes) else json.dumps(body).encode()
            channel.basic_publish(exchange, key, payload, properties, mandatory=True)

    yield say
    connection.close()


class OwnBroker:
    """A broker that a test may kill."""

    def __init__(self, room: Temporary, server: RabbitMQ) -> None:
        self.room = room
        self.server = server

    def start(self) -> None:
        self.room.start(self.server)

    def kill(self) -> None:
        """kill -9; its port mapper too, for it starts a new one."""
        for name in ("rabbitmq", "epmd"):
            self.room.children[name].kill()

    def wipe(self) -> None:
        """Everything it knew is gone, but for the definitions it loads at its start."""
        shutil.rmtree(Path(self.server.home) / "mnesia")

    def url(self, user: str) -> str:
        return self.server.url(user)


@pytest.fixture(scope="session")
def own_broker() -> Iterator[OwnBroker]:
    with temporary_room(in_memory=True) as folder:
        room = Temporary(folder)
        servers = Servers(room.home(), Credentials(), account=room.account, extra_users={TESTER: "tester"})
        servers.rabbitmq.definitions["permissions"].append(all_rights(TESTER, VHOST))
        broker = OwnBroker(room, servers.rabbitmq)
        broker.start()
        try:
            yield broker
        finally:
            room.stop()
