"""The socket that clients connect to, and what it allows them."""

import socket
from typing import Final

TAKING: Final = 30.0
"""Seconds in which a client must take something of what was sent to it; then its connection ends."""
UNSENT: Final = 128 * 1024
"""Bytes that wait in the kernel for one client; megabytes would for one that never reads."""


def listening(host: str, port: int, *, backlog: int, taking: float = TAKING) -> socket.socket:
    """
    A socket that listens there, beside those of other workers. Its connections end when their client takes nothing for
    `taking` seconds, and hold little meanwhile. For Linux. Raises OSError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            listener.setsockopt(socket.SOL_SOCKET, option, 1)
        connections = {  # which inherit it
            socket.TCP_NODELAY: 1,
            socket.TCP_USER_TIMEOUT: int(taking * 1000),
            socket.TCP_NOTSENT_LOWAT: UNSENT,
        }
        for option, value in connections.items():
            listener.setsockopt(socket.IPPROTO_TCP, option, value)
        listener.bind((host, port))
        listener.listen(backlog)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener
