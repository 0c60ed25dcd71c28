"""
The least that a read from memory does, on granian as the gateway has it: Redis is asked whether what is kept still
holds, once for all who wait meanwhile; the request has an id of its own; and one line of a log tells of it.

Nobody is asked who they are, nothing is counted, nothing compared, and the line is the same for all but for its id.
"""

import asyncio
import os
import sys
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

import hiredis

from bench.http.floors.bare import BODY, HEADERS
from bench.http.floors.serving import serve
from synergy_chassis.clock import new_id_text

KEY: Final = "bench:marks"
NAMES: Final = ("epoch", *(f"project-{number}" for number in range(12)))
REDIS: Final = urlsplit(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379"))


def command(*parts: str) -> bytes:
    """A command as it is sent."""
    packed: bytes = hiredis.pack_command(parts)  # type: ignore[arg-type]  # its stub knows one part alone
    return packed


QUESTION: Final = command("HMGET", KEY, *NAMES)


class Redis(asyncio.Protocol):
    """One connection; one question at a time, for all who asked while the one before was under way."""

    def __init__(self) -> None:
        self._reader = hiredis.Reader()
        self._asked: list[asyncio.Future[None]] = []
        self._next: list[asyncio.Future[None]] = []
        self._beginning = 2

    def connection_made(self, transport: Any) -> None:
        """Sign in, and put there what is asked for."""
        self._transport = transport
        transport.write(command("AUTH", REDIS.password or ""))
        transport.write(command("HSET", KEY, *(part for name in NAMES for part in (name, "7"))))

    def asking(self) -> asyncio.Future[None]:
        """Done when Redis has answered a question that was sent after now."""
        one: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if not self._next and not self._asked:
            asyncio.get_running_loop().call_soon(self._send)
        self._next.append(one)
        return one

    def data_received(self, data: bytes) -> None:
        """The answer, or a part of it."""
        self._reader.feed(data)
        while self._reader.gets() is not False:
            if self._beginning:
                self._beginning -= 1
                continue
            asked, self._asked = self._asked, []
            _told(asked)
            if self._next:
                self._send()

    def _send(self) -> None:
        self._asked, self._next = self._next, []
        self._transport.write(QUESTION)


redis: Final = Redis()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """The whole of it."""
    if scope["type"] == "http":
        await redis.asking()
        named = new_id_text()
        headers = [*HEADERS, (b"x-request-id", named.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BODY, "more_body": False})
        sys.stderr.write(f'{{"method":"GET","route":"/","status":200,"bytes":{len(BODY)},"request_id":"{named}"}}\n')
    elif scope["type"] == "lifespan":
        await receive()
        await asyncio.get_running_loop().create_connection(lambda: redis, REDIS.hostname or "", REDIS.port or 0)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


def _told(asked: Iterable[asyncio.Future[None]]) -> None:
    for one in asked:
        if not one.done():
            one.set_result(None)


if __name__ == "__main__":
    serve("bench.http.floors.least:app")
