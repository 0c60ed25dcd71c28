"""Webhooks with a stand-in for projects, receivers on loopback, and senders in threads."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Engine, text

from synergy_chassis.clock import new_id
from synergy_chassis.store import CommandContext
from synergy_contracts.envelope import EventsPage, Head, StoredEvent, Tally
from synergy_contracts.projects import Rendered
from synergy_webhooks.addresses import AddressPolicy
from synergy_webhooks.addresses.names import Names
from synergy_webhooks.bootstrap import Webhooks, build
from synergy_webhooks.delivery.program import Program
from synergy_webhooks.delivery.sender import Pace
from synergy_webhooks.domain.backoff import Schedule
from synergy_webhooks.domain.commands import (
    CreateWebhook,
    DeleteWebhook,
    EnableWebhook,
    PingWebhook,
    RepeatDelivery,
    ReplayEvents,
    RotateSecret,
    UpdateWebhook,
)
from synergy_webhooks.policies.place import locked_position
from synergy_webhooks.settings import Settings

T = TypeVar("T")
ANN, BOB, EVE = 1, 2, 3
QUICK = Schedule(waits=(timedelta(milliseconds=50),), slow_down=timedelta(milliseconds=50))
"""A back-off clock for tests."""


def until(condition: Callable[[], T], *, what: str, seconds: float = 40) -> T:
    """What `condition` gives once it is true. Asking takes a quarter of the time at most: the sender needs the rest."""
    end = time.monotonic() + seconds
    while True:
        asked = time.monotonic()
        value = condition()
        if value:
            return value
        assert asked < end, f"waited {seconds} s for {what}"
        time.sleep(max(0.03, 3 * (time.monotonic() - asked)))


class Followed:
    """The owner of a followed store, at hand. Positions have holes, as the real ones have."""

    def __init__(self) -> None:
        self.events: list[StoredEvent] = []
        self.epoch = "1"
        self.down = False
        self.jump = 0
        self._versions: dict[str, int] = {}

    def stores(self, stream: str, type: str, *, entity: str, actor: int | None, data: dict[str, Any]) -> StoredEvent:
        last = self.events[-1].position if self.events else 0
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        position = last + self.jump + (3 if len(self.events) % 2 else 1)
        event = StoredEvent(
            position=position, previous_position=last, stream=stream, version=version,
            event_id=uuid4(), type=type, schema_version=1, entity=entity, data=data,
            meta={"actor_id": actor, "command_id": None, "request_id": None, "traceparent": None},
            recorded_at=datetime.now(UTC), hash="00",
        )  # fmt: skip
        self.jump = 0
        self.events.append(event)
        return event

    def head(self) -> Head:
        self._answer()
        return Head(position=self.events[-1].position if self.events else 0, epoch=self.epoch)

    def events_after(self, position: int, limit: int) -> EventsPage:
        self._answer()
        found = [event for event in self.events if event.position > position][:limit]
        return EventsPage(events=found, read_to=found[-1].position if found else position)

    def tally(self, position: int) -> Tally:
        self._answer()
        held = [event.position for event in self.events if event.position <= position]
        return Tally(events=len(held), last=max(held, default=0), head=self.head().position, epoch=self.epoch)

    def is_restored(self, events: int) -> None:
        """To the time of its first so many events; what happens next gets positions far ahead."""
        del self.events[events:]
        self.epoch += "+"
        self.jump = 1_000_000_000

    def _answer(self) -> None:
        if self.down:
            raise ConnectionError("the owner is away")


class Projects(Followed):
    """Projects, which renders its events besides."""

    def __init__(self) -> None:
        super().__init__()
        self.rendered: list[list[int]] = []

    def happens(
        self, type: str, project: int = 1, *, actor: int = ANN, entity: str = "project", **data: Any
    ) -> StoredEvent:
        return self.stores(f"project-{project}", type, entity=entity, actor=actor, data=data)

    def render(self, positions: list[int]) -> list[Rendered]:
        self._answer()
        self.rendered.append(positions)
        return [Rendered(position=p, data={"name": f"as of {p}", "text": "Übergabe ✓"}, changes={}) for p in positions]


class Auth(Followed):
    """Auth, whose events are about users."""

    def happens(self, type: str, user: int, *, actor: int | None = None, **data: Any) -> StoredEvent:
        return self.stores(f"user-{user}", type, entity=f"user-{user}", actor=actor, data={"user_id": user, **data})

    def makes(self, user: int, *, superuser: bool = True) -> StoredEvent:
        """A superuser of somebody, or nobody special again."""
        return self.happens("user.rights_changed", user, is_superuser=superuser)


class World:
    """The application on a database, with projects at hand. `names` is what the resolver says."""

    def __init__(self, database_url: str, *, allow: str = "127.0.0.1", pool: Engine | None = None) -> None:
        self.url = database_url
        self.projects = Projects()
        self.auth = Auth()
        self.names: dict[str, list[str]] = {}
        self.settings = Settings(
            database_url=database_url, secret_key="a key for tests, long enough", policy=AddressPolicy.parse(allow)
        )
        self.app: Webhooks = build(
            self.settings,
            owner=self.projects,
            accounts=self.auth,
            render=self.projects.render,
            resolve=self.resolve,
            database=pool,
        )

    def resolve(self, host: str, port: int) -> list[str]:
        if host not in self.names:
            raise OSError(f"{host} has no address")
        return self.names[host]

    def webhook(self, url: str, *, owner: int = ANN, command_id: UUID | None = None, **fields: Any) -> dict[str, Any]:
        given = {
            "name": "Mirror", "events": ("*",), "secret": None, "is_active": True, "projects": (), "format": "standard",
            "ordered": True, "superuser": False,
        } | fields  # fmt: skip
        return self.app.create_webhook(
            CreateWebhook(webhook_id=new_id(), owner_id=owner, url=url, **given), a_context(owner, command_id)
        )

    def change(
        self,
        webhook_id: UUID,
        *,
        owner: int = ANN,
        if_match: tuple[int, ...] | None = None,
        superuser: bool = False,
        **changes: Any,
    ) -> dict[str, Any]:
        command = UpdateWebhook(
            webhook_id=webhook_id, owner_id=owner, changes=changes, if_match=if_match, superuser=superuser
        )
        return self.app.update_webhook(command, a_context(owner))

    def delete(self, webhook_id: UUID, *, owner: int = ANN, if_match: tuple[int, ...] | None = None) -> None:
        command = DeleteWebhook(webhook_id=webhook_id, owner_id=owner, if_match=if_match)
        self.app.delete_webhook(command, a_context(owner))

    def enable(self, webhook_id: UUID) -> dict[str, Any]:
        return self.app.enable_webhook(EnableWebhook(webhook_id=webhook_id, owner_id=ANN), a_context(ANN))

    def ping(self, webhook_id: UUID, *, owner: int = ANN, command_id: UUID | None = None) -> dict[str, Any]:
        return self.app.ping_webhook(PingWebhook(webhook_id=webhook_id, owner_id=owner), a_context(owner, command_id))

    def rotate(self, webhook_id: UUID, *, hours: int = 24, command_id: UUID | None = None) -> str | None:
        command = RotateSecret(webhook_id=webhook_id, owner_id=ANN, overlap_hours=hours)
        return self.app.rotate_secret(command, a_context(ANN, command_id))["secret"]

    def repeat(self, delivery_id: UUID, *, owner: int = ANN) -> dict[str, Any]:
        return self.app.repeat_delivery(RepeatDelivery(delivery_id=delivery_id, owner_id=owner), a_context(owner))

    def replay(self, webhook_id: UUID, *, owner: int = ANN, **asked: Any) -> dict[str, Any]:
        given = {"from_position": None, "since": None, "to": None, "types": (), "dry_run": False} | asked
        return self.app.replay_events(ReplayEvents(webhook_id=webhook_id, owner_id=owner, **given), a_context(owner))

    def project(self, project: int = 1, *, owner: int = ANN) -> None:
        self.projects.happens("project.created", project, actor=owner, owner_id=owner)

    def follow(self) -> None:
        self.app.followers["projects"].take([])

    def hear(self) -> None:
        self.app.followers["auth"].take([])

    def deliveries(self, webhook_id: UUID, *, owner: int = ANN, **asked: Any) -> list[dict[str, Any]]:
        """Oldest first."""
        given = {"status": None, "event_type": None, "page": 1, "page_size": 200} | asked
        return self.app.list_deliveries(webhook_id, owner, **given)["results"][::-1]

    def heard(self, webhook_id: UUID, *, owner: int = ANN) -> list[str]:
        return [delivery["event_type"] for delivery in self.deliveries(webhook_id, owner=owner)]

    def statuses(self, webhook_id: UUID) -> list[str]:
        return [delivery["status"] for delivery in self.deliveries(webhook_id)]

    def sql(self, statement: str, **parameters: Any) -> list[Any]:
        with self.app.engine.begin() as connection:
            result = connection.execute(text(statement), parameters)
            return result.all() if result.returns_rows else []

    @contextmanager
    def sending(
        self, *, schedule: Schedule = QUICK, pace: Pace = Pace(), budget: float = 5.0, tells_every: float = 60
    ) -> Iterator[None]:
        """A sender in a thread, for the length of the block."""
        started = threading.Event()
        stop: list[Callable[[], object]] = []

        async def main() -> None:
            program = Program(
                self.settings,
                position=locked_position,
                names=Names(self.resolve, budget=timedelta(seconds=budget)),
                schedule=schedule,
                pace=pace,
                tells_every=tells_every,
            )
            loop = asyncio.get_running_loop()
            stop.append(lambda: loop.call_soon_threadsafe(program.stop))
            running = asyncio.create_task(program.run())
            await asyncio.sleep(0)
            started.set()
            await running

        thread = threading.Thread(target=asyncio.run, args=(main(),), daemon=True)
        thread.start()
        assert started.wait(30)
        try:
            yield
        finally:
            stop[0]()
            thread.join(40)
            assert not thread.is_alive(), "the sender did not stop"


def a_context(actor: int, command_id: UUID | None = None) -> CommandContext:
    return CommandContext(command_id=command_id or new_id(), actor_id=actor, request_id=None)


@dataclass(frozen=True)
class Arrived:
    """A request as the receiver got it."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def sequence(self) -> int:
        return int(self.headers["webhook-sequence"])


@dataclass
class Receiver:
    """Keeps what arrives. `answer` says a status, (status, headers, body), a function of the handler, or None."""

    answer: Callable[[Arrived], Any] = lambda arrived: 204
    arrived: list[Arrived] = field(default_factory=list)
    host: str = "127.0.0.1"
    open: int = 0
    most_open: int = 0
    connections: set[Any] = field(default_factory=set)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/hook"

    def sequences(self) -> list[int]:
        return [arrived.sequence for arrived in self.arrived]


@contextmanager
def receiving(answer: Callable[[Arrived], Any] = lambda arrived: 204, *, tls: Any = None) -> Iterator[Receiver]:
    """A receiver on loopback for the length of the block."""
    receiver = Receiver(answer)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            arrived = Arrived(self.path, {k.lower(): v for k, v in self.headers.items()}, body, time.monotonic())
            with lock:
                receiver.arrived.append(arrived)
                receiver.connections.add(self.client_address)
                receiver.open += 1
                receiver.most_open = max(receiver.most_open, receiver.open)
            try:
                self._reply(receiver.answer(arrived))
            finally:
                with lock:
                    receiver.open -= 1

        do_GET = do_POST  # noqa: N815

        def _reply(self, said: Any) -> None:
            if said is None:
                self.close_connection = True
                return
            if callable(said):
                said(self)
                return
            status, headers, content = said if isinstance(said, tuple) else (said, {}, b"")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_: Any) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)


def some_events(world: World, *, tasks: int, project: int = 1) -> None:
    world.project(project)
    for _ in range(tasks):
        world.projects.happens("task.updated", project)
    world.follow()
