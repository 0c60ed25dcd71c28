"""Free ports on loopback."""

import ipaddress
import random
import socket
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"
BELOW_EPHEMERAL = range(20_000, 32_000)
"""The system gives outgoing connections ports from 32768 on; below, a port stays free from our look to our use."""


def free_ports(count: int) -> list[int]:
    """`count` different ports nobody listens on at the moment of asking."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            listener = held.enter_context(socket.socket())
            port = random.choice(BELOW_EPHEMERAL)  # noqa: S311 - not a secret
            if port not in found and can_bind(listener, LOOPBACK, port):
                found.append(port)
    return found


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches a server at this host, however it is spelled."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_free(host: str, port: int) -> bool:
    """Whether a server may listen at this address now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return can_bind(listener, host, port)


def can_bind(listener: socket.socket, host: str, port: int) -> bool:
    """Whether binding works; the socket stays bound when it did."""
    try:
        listener.bind((host, port))
        listener.listen(1)
    except OSError:
        return False
    return True
