"""What a client does in the system tests: a person with a session, a receiver of webhooks, a wait for a condition."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import requests
from told import misfits

from synergy_gateway.problem_types import PROBLEM_TYPES

T = TypeVar("T")
_addresses = itertools.count(1)
LONGEST_PAUSE = 0.3
"""Seconds between two looks at a condition."""


def until(condition: Callable[[], T | None], *, seconds: float = 40, what: str = "the condition") -> T:
    """
    The first truthy answer of `condition`, asked every 20 ms, and less often where asking takes long or much time has
    passed: who waits takes little from what is waited for. Raises AssertionError after `seconds`.
    """
    began = time.monotonic()
    while (asked := time.monotonic()) < began + seconds:
        if answer := condition():
            return answer
        pause = max(0.02, 3 * (time.monotonic() - asked), (asked - began) / 50)
        time.sleep(min(LONGEST_PAUSE, pause))
    raise AssertionError(f"{what} did not come true within {seconds} s")


class Client(requests.Session):
    """A requests session that knows the base address and may be signed in."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.trust_env = False
        self.user: dict[str, Any] = {}
        self.refresh = ""

    def request(self, method: str, url: str, *args: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        options.setdefault("timeout", 15)
        options.setdefault("allow_redirects", False)
        return super().request(method, self.base + url, *args, **options)

    def signed_in(self, answer: requests.Response) -> "Client":
        body = answer.json()
        self.user, self.refresh = body["user"], body["refresh"]
        self.headers["Authorization"] = f"Bearer {body['access']}"
        return self

    @property
    def id(self) -> int:
        return self.user["id"]


def anyone(base: str) -> Client:
    """A client that is not signed in."""
    return Client(base)


def somebody(base: str, name: str = "user") -> Client:
    """A freshly registered and signed-in client of a name of its own."""
    username = f"{name}-{uuid4().hex[:10]}"
    client = Client(base)
    answer = client.post(
        "/api/auth/register/",
        json={
            "username": username,
            "email": f"{username}@example.com",
            "password": "correct horse battery",
            "first_name": "Some",
            "last_name": "Body",
        },
    )
    assert answer.status_code == 201, answer.text
    return client.signed_in(answer)


def a_project(client: Client, **fields: Any) -> dict[str, Any]:
    """A project of this client's."""
    answer = client.post("/api/projects/", json={"name": "Apollo"} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def a_task(client: Client, project: int, **fields: Any) -> dict[str, Any]:
    """A task in this project."""
    answer = client.post("/api/tasks/", json={"project": project, "title": "Build"} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def assert_problem(answer: requests.Response, status: int, *, pointer: str | None = None) -> dict[str, Any]:
    """
    The answer is an RFC 9457 problem of this status that gives nothing away, of a type that is explained; every fault
    has a place; with `pointer`, that field is among them.
    """
    assert status == answer.status_code, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    body = answer.json()
    assert status == body["status"]
    known = PROBLEM_TYPES[body["type"].removeprefix("/problems/")]
    assert (known.status, known.title) == (status, body["title"])
    assert body["detail"]
    assert body["instance"] == unquote(urlsplit(answer.url).path)
    assert body["request_id"] == answer.headers["X-Request-Id"]
    for error in body.get("errors", ()):
        assert error["detail"]
        assert len({"pointer", "parameter"} & set(error)) == 1
    assert ("errors" in body) or status != 422
    for leak in ("Traceback", "psycopg", "sqlalchemy", "SELECT ", 'File "'):
        assert leak not in answer.text
    if pointer is not None:
        assert pointer in [error["pointer"] for error in body["errors"]], body
    return body


@dataclass
class Received:
    """One request as it arrived: the path, the headers (as sent), the exact bytes."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """
    A customer's server on loopback that notes what it is sent and answers `status`, once `open` is set. `misfits` says
    where what it was sent is not as the catalogue tells.
    """

    url: str = ""
    status: int = 200
    requests: list[Received] = field(default_factory=list)
    open: Event = field(default_factory=Event)
    misfits: list[str] = field(default_factory=list)

    def of_type(self, event_type: str) -> list[Received]:
        return [r for r in self.requests if r.headers.get("X-Webhook-Event") == event_type]


class Listening(ThreadingHTTPServer):
    """Quiet about senders that are killed in the middle of a connection."""

    def handle_error(self, *_: Any) -> None:
        """What was not received whole is not in `requests`."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that lives as long as the block."""
    receiver = Receiver()
    receiver.open.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append(Received(self.path, dict(self.headers.items()), body))
            receiver.misfits += misfits(body)
            receiver.open.wait(10)
            self.send_response(receiver.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            """Quiet: the tests read `requests`."""

    server = Listening(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert receiver.misfits == [], "what was sent is not what the catalogue says"
