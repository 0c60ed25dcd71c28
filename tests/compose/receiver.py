"""A customer's server on this machine's address in the senders' network: it notes who delivered."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

WORK = 0.1
"""Seconds the customer takes for one delivery: long enough that one sender alone would be busy."""


@dataclass
class Receiver:
    """`senders` holds the address each delivery came from, `ids` the webhook (its path) and the event of each."""

    url: str = ""
    senders: list[str] = field(default_factory=list)
    ids: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def receiving(address: str) -> Iterator[Receiver]:
    """A receiver on `address` that lives as long as the block."""
    receiver = Receiver()

    class Server(ThreadingHTTPServer):
        request_queue_size = 512
        daemon_threads = True

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            receiver.senders.append(self.client_address[0])
            receiver.ids.append((self.path, self.headers["webhook-id"]))
            time.sleep(WORK)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet: the tests read what was noted."""

    server = Server((address, 0), Handler)
    receiver.url = f"http://{address}:{server.server_address[1]}/hook"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
