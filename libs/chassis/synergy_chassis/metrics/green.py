"""Serves /metrics in a process that eventlet has patched: in greenlets, so that nobody waits for a scrape."""

import socket
import threading
from contextlib import suppress
from typing import Any, Final

import eventlet
import structlog

from synergy_chassis.metrics import Address
from synergy_chassis.metrics.page import END, LONGEST_REQUEST, PATIENCE, answer

log = structlog.get_logger(__name__)

AT_ONCE: Final = 4
RETRY: Final = 1.0
"""Seconds between two attempts to take the address, which a process that ends may still hold."""


def start(address: Address | None) -> None:
    """Serve from now on, if there is an address; returns at once."""
    if address is not None:
        eventlet.spawn(_serve, address)


def _serve(address: Address) -> None:
    listener = _listen(address)
    log.info("metrics-served", host=address.host, port=address.port)
    eventlet.serve(listener, _handle, concurrency=AT_ONCE)


def _listen(address: Address) -> Any:
    told = False
    while True:
        try:
            return eventlet.listen((address.host, address.port), family=_family(address), reuse_port=False)
        except OSError as error:
            if not told:
                log.warning("metrics-not-served", host=address.host, port=address.port, error=str(error))
            told = True
            threading.Event().wait(RETRY)


def _family(address: Address) -> int:
    return socket.AF_INET6 if ":" in address.host else socket.AF_INET


def _handle(connection: Any, _peer: Any) -> None:
    with suppress(OSError, eventlet.Timeout), eventlet.Timeout(PATIENCE):
        request = b""
        while END not in request and len(request) < LONGEST_REQUEST:
            read = connection.recv(4096)
            if not read:
                break
            request += read
        connection.sendall(answer(request))
    with suppress(OSError):
        connection.close()
