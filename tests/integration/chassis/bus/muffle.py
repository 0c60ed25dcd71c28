"""A way to the broker on which its answers can be lost."""

import select
import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit


class Muffle:
    """
    Within its block passes everything on in both directions; while `silent`, what the broker says is thrown away. Who
    comes before the block waits for it.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._broker = (parts.hostname, parts.port)
        self._door = socket.create_server(("127.0.0.1", 0))
        port = self._door.getsockname()[1]
        self.url = parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{port}").geturl()
        self.silent = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._admit, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()

    def somebody_waits(self) -> bool:
        """Whether somebody has come who was not admitted yet."""
        return bool(select.select([self._door], [], [], 0)[0])

    def _admit(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(self._broker)
                for source, target, muffled in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pass_on, args=(source, target, muffled), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, muffled: bool) -> None:
        with suppress(OSError), source, target:
            while heard := source.recv(65536):
                if not (muffled and self.silent):
                    target.sendall(heard)
