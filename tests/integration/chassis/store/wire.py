"""A wire between a program and its database that can be counted and cut in one direction."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import make_url


@dataclass
class Wire:
    """`trips` counts how often the client spoke after the server had."""

    url: str
    trips: int = 0
    _free: threading.Event = field(default_factory=threading.Event)
    _server_spoke: bool = True

    def hold(self) -> None:
        """Let no answer of the server through from now on."""
        self._free.clear()

    def sent(self) -> None:
        """The client spoke."""
        self.trips += self._server_spoke
        self._server_spoke = False

    def answered(self) -> None:
        """The server spoke; returns when its answer may go on."""
        self._server_spoke = True
        self._free.wait()


@contextmanager
def wire(database_url: str) -> Iterator[Wire]:
    """A wire to the database of `database_url`; `.url` leads through it."""
    to = conninfo_to_dict(database_url)
    with socket.create_server(("127.0.0.1", 0)) as door:
        between = Wire(make_url(database_url).set(port=door.getsockname()[1]).render_as_string(hide_password=False))
        between._free.set()
        ends: list[socket.socket] = []
        threading.Thread(target=_accept, args=(door, to, between, ends), daemon=True).start()
        try:
            yield between
        finally:
            between._free.set()
            for end in ends:
                end.close()


def _accept(door: socket.socket, to: dict[str, Any], between: Wire, ends: list[socket.socket]) -> None:
    while True:
        try:
            client = door.accept()[0]
        except OSError:
            return
        server = socket.create_connection((to["host"], int(to["port"])))
        ends += [client, server]
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for source, target, noted in ((client, server, between.sent), (server, client, between.answered)):
            threading.Thread(target=_pass_on, args=(source, target, noted), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, noted: Any) -> None:
    try:
        while data := source.recv(65536):
            noted()
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return
