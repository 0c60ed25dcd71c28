"""The address the door will listen on, tried before anything starts."""

import errno
import os
import socket

from synergy_local.trouble import Trouble

HOSTS = "127.0.0.1 for this machine alone, 0.0.0.0 for all its addresses"
UNPRIVILEGED = 8000


def require_door(host: str, port: int) -> None:
    """Raises Trouble when the address cannot be listened on: what is wrong with it, and what to choose instead."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError):
        raise Trouble(f"{host} is no address and no name that this machine knows. Set HOST to {HOSTS}.") from None
    try:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(1)
    except OSError as error:
        raise Trouble(reason(error, host, port)) from None


def reason(error: OSError, host: str, port: int) -> str:
    """Why binding failed, and what to choose instead."""
    match error.errno:
        case errno.EADDRINUSE:
            other = port + 1 if port < 65_535 else UNPRIVILEGED
            return f"Port {port} on {host} is taken by another program. Choose another one: make run PORT={other}"
        case errno.EACCES | errno.EPERM:
            return (
                f"You may not listen on port {port}: low ports need a right that you lack here. "
                f"Choose a higher one: make run PORT={port + UNPRIVILEGED if port < 1024 else UNPRIVILEGED}"
            )
        case errno.EADDRNOTAVAIL | errno.EAFNOSUPPORT:
            return f"{host} is not an address of this machine. Set HOST to {HOSTS}."
        case _:
            return f"Nothing can listen on port {port} of {host}: {os.strerror(error.errno or 0)}. Set PORT or HOST."
