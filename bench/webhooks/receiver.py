"""A customer's server with TLS, in a process of its own: answers after a while, and notes what came when."""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

STARTING: Final = 30
BACKLOG: Final = 2_048


@dataclass(frozen=True, slots=True)
class Arrived:
    """
    A delivery: the path it came to, event id, number, project, project's version, when that was recorded, and when it
    was answered (both by the machine's clock, in seconds).
    """

    path: str
    event_id: str
    sequence: int
    position: int
    lane: str
    recorded_at: float
    answered_at: float


class Receiver:
    """
    Everything is answered 200 after `latency` seconds; what comes to `/hole/…` never is, and what comes to `/plain/…`
    is no delivery and not noted.
    """

    def __init__(self, certificate: Path, *, latency: float) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self._pipe = ours
        self._process = context.Process(target=_serve, args=(theirs, str(certificate), latency), daemon=True)
        self._process.start()
        theirs.close()
        if not ours.poll(STARTING):
            raise TimeoutError("the receiver did not start")
        self.port: int = ours.recv()

    def url(self, path: str) -> str:
        """Where a webhook is to send."""
        return f"https://127.0.0.1:{self.port}{path}"

    def count(self) -> int:
        """How many deliveries were answered since the last `taken`."""
        return int(self._ask("count"))

    def taken(self) -> list[Arrived]:
        """Those, each forgotten with it."""
        found: list[Arrived] = self._ask("taken")
        return found

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.join()

    def _ask(self, what: str) -> Any:
        self._pipe.send(what)
        return self._pipe.recv()


def _serve(pipe: Connection, certificate: str, latency: float) -> None:
    asyncio.run(_run(pipe, certificate, latency))


async def _run(pipe: Connection, certificate: str, latency: float) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    raw: list[tuple[bytes, bytes, float]] = []

    def answered(head: bytes, body: bytes) -> None:
        raw.append((head, body, time.time()))  # noqa: TID251 - compared with the times that the database's host gives

    server = await loop.create_server(
        lambda: _Answering(loop, latency, answered), "127.0.0.1", 0, ssl=context, backlog=BACKLOG
    )
    pipe.send(server.sockets[0].getsockname()[1])

    def told() -> None:
        try:
            what = pipe.recv()
        except EOFError:
            loop.stop()
            return
        if what == "count":
            pipe.send(len(raw))
            return
        taken, raw[:] = list(raw), []
        pipe.send([_read(*one) for one in taken])

    loop.add_reader(pipe.fileno(), told)
    await server.serve_forever()


class _Answering(asyncio.Protocol):
    """Just enough HTTP/1.1 for one client that sends Content-Length."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, latency: float, answered: Callable[[bytes, bytes], None]
    ) -> None:
        self._loop = loop
        self._latency = latency
        self._answered = answered
        self._data = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody calls."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole, later."""
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end]
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            if len(self._data) < end + 4 + length:
                return
            body, self._data = self._data[end + 4 : end + 4 + length], self._data[end + 4 + length :]
            if b" /hole" not in head.split(b"\r\n", 1)[0]:
                self._loop.call_later(self._latency, self._reply, head, body)

    def _reply(self, head: bytes, body: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            if b" /plain" not in head.split(b"\r\n", 1)[0]:
                self._answered(head, body)


def _read(head: bytes, body: bytes, answered_at: float) -> Arrived:
    import json
    from datetime import datetime

    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    told = json.loads(body)
    data = told["data"]
    return Arrived(
        path=first.split(" ")[1],
        event_id=headers["webhook-id"],
        sequence=int(headers.get("webhook-sequence", 0)),
        position=told["position"],
        lane=str(data.get("project", data["id"])),
        recorded_at=datetime.fromisoformat(told["timestamp"]).timestamp(),
        answered_at=answered_at,
    )
