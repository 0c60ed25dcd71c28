"""A webhook receiver on loopback, as a customer would run one, and the check of what it receives."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Self

from synergy_local.ports import LOOPBACK

Message = tuple[dict[str, str], bytes]
"""The headers (names in lower case) and the body of one request."""


class Receiver:
    """Listens on `port` while the block lasts; every POST it gets is put into `received`."""

    def __init__(self, port: int) -> None:
        self.received: Queue[Message] = Queue()
        self.url = f"http://{LOOPBACK}:{port}/demo"
        self._server = ThreadingHTTPServer((LOOPBACK, port), handler(self.received))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


def handler(received: "Queue[Message]") -> type[BaseHTTPRequestHandler]:
    """A handler that notes each POST and answers 204."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            received.put((headers, self.rfile.read(length)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: what arrives is shown by the journey."""

    return Handler


def genuine(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether the message carries a signature made with this `whsec_` secret (Standard Webhooks, v1)."""
    signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return any(hmac.compare_digest(expected, told) for told in headers["webhook-signature"].split())
