"""
Make a process green. Imported, and `patch()` called, before anything else in the `serve` of a service.

psycopg waits in C, and so stops every greenlet, unless it is told to wait with `select` before it is imported;
names are resolved in a thread, for without eventlet's own resolver (which passes by the system's) getaddrinfo
blocks the hub.
"""

import os
import warnings
from typing import Any


def patch() -> None:
    """Patch the standard library for eventlet. Harmless when done twice."""
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # eventlet announces its retirement at every start
        import eventlet

        if eventlet.patcher.is_monkey_patched("socket"):
            return
        eventlet.monkey_patch()
    warnings.filterwarnings("ignore", module=r"eventlet(\..*)?")
    _resolve_names_in_threads()


def _resolve_names_in_threads() -> None:
    import socket

    from eventlet import tpool
    from eventlet.green import socket as green

    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host is None or _is_address(host):
            return resolve(host, port, *args, **kwargs)
        return tpool.execute(resolve, host, port, *args, **kwargs)

    def _is_address(host: Any) -> bool:
        text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
        return text.replace(".", "").isdigit() or ":" in text

    socket.getaddrinfo = getaddrinfo
    green.getaddrinfo = getaddrinfo  # create_connection is this module's, and looks names up by its own
