"""Clients of streams in a process of their own, as cheap as may be: what they cost is not measured."""

import json
import resource
import select
import socket
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any, Final
from urllib.parse import urlsplit

from synergy_chassis.clock import SystemClock

Heard = list[tuple[int, float, bytes]]
"""Of a client (its number): when it was told something (seconds since the epoch), and what."""
DATA: Final = b"data: "
ASKED = "GET /api/events/stream/?types=task.created HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\n\r\n"


def follow(url: str, tokens: Sequence[str], told: Connection) -> None:
    """
    Open a stream with each token, say `open` when all have begun, and read until something is said; then tell what was
    heard.
    """
    allow(len(tokens) + 64)
    address = (urlsplit(url).hostname, urlsplit(url).port)
    clock, poll, streams, heard = SystemClock(), select.epoll(), {}, Heard()
    for number, token in enumerate(tokens):
        one = socket.create_connection(address)
        one.sendall(ASKED.format(token).encode())
        if b"retry:" not in (begun := _beginning(one)):
            raise ConnectionError(begun[:200].decode())
        one.setblocking(False)
        streams[one.fileno()] = (number, one)
        poll.register(one.fileno(), select.EPOLLIN)
    poll.register(told.fileno(), select.EPOLLIN)
    told.send("open")
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == told.fileno():
                told.send(heard)
                return
            number, one = streams[descriptor]
            data = one.recv(65_536)
            heard.append((number, clock.now().timestamp(), data))
            if not data:
                poll.unregister(descriptor)


def events(heard: Iterable[tuple[int, float, bytes]]) -> Iterator[tuple[dict[str, Any], float]]:
    """Every event that a client was told, and when its line was there whole."""
    rest: dict[int, bytes] = {}
    for number, at, data in heard:
        *lines, rest[number] = (rest.get(number, b"") + data).split(b"\n")
        for line in lines:
            if line.startswith(DATA):
                yield json.loads(line.removeprefix(DATA)), at


def allow(files: int) -> None:
    """Let this process have so many open files, as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, hard), hard))


def _beginning(one: socket.socket) -> bytes:
    begun = b""
    while b"retry:" not in begun and (data := one.recv(65_536)):
        begun += data
    return begun
