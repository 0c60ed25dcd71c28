"""The HTTP server: granian, its limits, and how it logs."""

import os
import socket
import sys
from functools import partial
from typing import Any, Final

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from synergy_chassis.open_files import allow_open_files
from synergy_gateway.listening import listening
from synergy_gateway.settings import Settings

APPLICATION: Final = "synergy_gateway.entrypoints:app"
LARGEST_HEADERS: Final = 65_536
"""Bytes of a request's first line and headers together; there may be a hundred of them."""
HEADERS_SECONDS: Final = 10
"""How long a client may take to send its headers."""
DRAINING: Final = 8
"""Seconds that requests in flight have to end after SIGTERM."""
BACKLOG: Final = 2_048
CONNECTIONS: Final = 6_144
"""
Connections a worker has at once, those of streams included (`following.feed.MOST`), and room to tell others that they
are too many (`crowd.MOST`); more wait in the backlog.
"""
SPARE_FILES: Final = 256
"""Open files of a worker beside its connections."""
PARENT: Final = "GATEWAY_PARENT_PID"
"""Tells the workers who started them."""
LOGGING: Final = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"handlers": [], "propagate": True}},
}


class Untakeable(Exception):
    """The address cannot be listened on; the text says why."""


class Server(MPServer):
    """Granian, whose workers listen on sockets that limit what a client may hold, where the system can."""

    def _spawn_worker(  # type: ignore[override]  # as the base class for processes has it
        self, idx: Any, target: Any, callback_loader: Any
    ) -> Any:
        if sys.platform == "linux":
            target = partial(_listening, target, self.bind_addr, self.bind_port)
        return super()._spawn_worker(idx, target, callback_loader)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is in flight. Raises Untakeable."""
    _try_address(settings.host, settings.port)
    allow_open_files(CONNECTIONS + SPARE_FILES)
    os.environ[PARENT] = str(os.getpid())
    Server(
        APPLICATION,
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        loop=Loops.asyncio,  # `ending` needs it
        workers=settings.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=DRAINING,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_SECONDS * 1000, max_buffer_size=LARGEST_HEADERS),
        websockets=False,
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        log_level=LogLevels.warning,
        log_dictconfig=dict(LOGGING),
    ).serve()


def _listening(
    target: Any, host: str, port: int, worker: int, name: Any, load: Any, _shared: Any, *told: Any, **more: Any
) -> Any:
    """A worker's life, with a listener of its own: the system shares connections out among them."""
    listener = listening(host, port, backlog=BACKLOG)
    holder = SocketHolder(listener.detach(), False, BACKLOG)  # type: ignore[call-arg]  # what it takes is not declared
    return target(worker, name, load, ((None, holder), None), *told, **more)


def _try_address(host: str, port: int) -> None:
    """A clear sentence before any process is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise Untakeable(f"Port {port} of {host} cannot be listened on: {error.strerror or error}.") from error
