"""A gateway as nginx sees it, played by the test: it notes what reaches it, streams when told, or never answers."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

from synergy_local.ports import LOOPBACK

FROZEN = "/api/frozen/"
"""Is never answered as long as the gateway is there."""
BUSY = "/api/busy/"
"""Is answered 503 by the gateway itself."""
SYN_SENT = "02"
"""A state of /proc/net/tcp."""
SECONDS = 30
"""How long the gateway waits for the test."""


@dataclass
class Gateway:
    """`asked` holds every request's line, headers and size; `begun` and `go` are for bodies and streams under way."""

    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    begun: Event = field(default_factory=Event)
    go: Event = field(default_factory=Event)
    over: Event = field(default_factory=Event)

    def size_of(self, path: str) -> int | None:
        """The size of the last body that reached `path` whole; None when none did."""
        sizes = [request["size"] for request in self.asked if request["path"] == path]
        return sizes[-1] if sizes else None


@contextmanager
def deaf() -> Iterator[socket.socket]:
    """A listener whose queue is full: who connects to it hears nothing, as from an address where nobody is left."""
    with ExitStack() as everything:
        listener = everything.enter_context(socket.socket())
        listener.bind((LOOPBACK, 0))
        listener.listen(0)
        everything.enter_context(socket.create_connection(listener.getsockname()))
        yield listener


def knocking(port: int) -> set[str]:
    """Who is connecting to the port and has not been heard yet."""
    connections = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return {own for _, own, peer, state, *_ in connections if state == SYN_SENT and int(peer.split(":")[1], 16) == port}


@contextmanager
def played(listener: socket.socket | None = None) -> Iterator[Gateway]:
    """A gateway on loopback that lives as long as the block; where there is a `listener`, on that."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            gateway.begun.set()
            size = self.body()
            if size is None:
                self.close_connection = True
                return
            gateway.asked.append({"path": self.path, "headers": dict(self.headers), "size": size})
            if self.path.startswith(FROZEN):
                gateway.over.wait()
                self.close_connection = True
            elif "/stream" in self.path:
                self.stream()
            else:
                status = 503 if self.path == BUSY else 200
                self.say(status, json.dumps(gateway.asked[-1]).encode())

        def do_POST(self) -> None:
            self.do_GET()

        def body(self) -> int | None:
            """The size of the body; None when nginx hung up before its end."""
            if self.headers.get("Transfer-Encoding") != "chunked":
                length = int(self.headers.get("Content-Length", 0))
                return length if len(self.rfile.read(length)) == length else None
            size = 0
            while line := self.rfile.readline():
                size += len(self.rfile.read(int(line, 16)))
                self.rfile.readline()
                if line == b"0\r\n":
                    return size
            return None

        def say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def stream(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for event in (b"id: 1\n\n", b"id: 2\n\n"):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
                gateway.go.wait(SECONDS)
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_: Any) -> None:
            """Quiet: the tests read what was noted."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

    server = Server((LOOPBACK, 0), Handler)
    if listener is not None:
        server.socket.close()
        server.socket = listener
    gateway.port = server.socket.getsockname()[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield gateway
    finally:
        gateway.over.set()
        gateway.go.set()
        server.shutdown()
        thread.join()
        server.server_close()
