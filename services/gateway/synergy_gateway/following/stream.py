"""A subscription as Server-Sent Events (HTML Living Standard §9.2): what was missed from the log, then what happens."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import structlog
from litestar.types import Receive, Send

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.refusals import Refused
from synergy_gateway.following import measures
from synergy_gateway.following.feed import GONE, Feed
from synergy_gateway.following.lines import line
from synergy_gateway.following.subscription import PIECE, Happened, Subscription

log = structlog.get_logger(__name__)

HEARTBEAT: Final = 15.0
"""Seconds after which a word is sent although nothing happened, so that nobody takes the line for dead."""
SLOWEST: Final = 30.0
"""Seconds in which a client must take what it is sent; then it is gone."""
COME_BACK: Final = 1_000
"""Milliseconds after which a client whose stream ended connects again."""
PAGE: Final = 50
"""Events that are read of the log at a time, fewer where they are large."""
STUCK: Final = "stuck"
UNREAD: Final = "unread"
MEDIA_TYPE: Final = "text/event-stream"

Read = Callable[[int, int], Awaitable[msgspec.Raw]]
"""A page of the log, of what the reader may see, after a position, of so many events at most."""


class Page(msgspec.Struct, frozen=True):
    """What is looked at in an EventFeed."""

    events: list[msgspec.Raw]
    next: int


class _Position(msgspec.Struct, frozen=True):
    position: int


pages: Final = msgspec.json.Decoder(Page)
_position = msgspec.json.Decoder(_Position)


class EventStream:
    """
    Writes one subscription, after what happened since `after` (None: from now on), until it ends or the client goes.

    Nothing here measures time by itself: `look` is called every now and then (`pulse`), for a timer of each stream's
    own would cost more than what is sent.
    """

    def __init__(self, feed: Feed, one: Subscription, read: Read, *, after: int | None, first: Page | None) -> None:
        self._feed = feed
        self._one = one
        self._read = read
        self._first = first
        self._most = PAGE
        self._told = one.start if after is None else after
        self._said = time.monotonic()
        self._sending = False
        self._writing: asyncio.Task[Any] | None = None
        self._interrupted = False

    async def write(self, receive: Receive, send: Send, *, start: Any, head: bool = False) -> None:
        """Send the whole answer, beginning with `start`."""
        one, self._writing = self._one, asyncio.current_task()
        leaving = asyncio.create_task(_leaving(receive, one))
        self._feed.streams.add(self)
        try:
            await send(start)
            if not head:
                await self._send(send, f"retry: {COME_BACK}\nid: {self._told}\n\n".encode())
                await self._followed(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except asyncio.CancelledError:
            if not self._interrupted or self._writing is None or self._writing.uncancel():
                raise
        finally:
            self._feed.streams.discard(self)
            leaving.cancel()
            self._feed.close(one)

    def look(self, now: float) -> None:
        """Have it say something where nothing was said for long, and end where its client takes nothing."""
        one = self._one
        if not self._sending:
            if now - self._said >= HEARTBEAT:
                one.stir()
            return
        if now - self._said >= SLOWEST:
            one.end(STUCK)
        if one.ended is not None and not self._interrupted and self._writing is not None:
            self._interrupted = True
            self._writing.cancel()

    async def _followed(self, send: Send) -> None:
        try:
            await self._go_on(send)
        except (Refused, RpcTimeout, RpcUnavailable, msgspec.MsgspecError) as error:  # the client comes back
            log.warning("stream-not-read", error=f"{type(error).__name__}: {error}"[:200])
            self._one.end(UNREAD)

    async def _go_on(self, send: Send) -> None:
        one = self._one
        await self._catch_up(send)
        while one.ended is None:
            if one.behind:
                measures.behind.inc()
                one.restart(self._feed.position if self._feed.position is not None else one.start)
                await self._catch_up(send)
            if lines := self._lines(one.take(self._feed.audience.seen_by(one))):
                await self._send(send, lines)
            elif one.stirred:
                self._told = max(self._told, self._feed.position or 0)
                await self._send(send, f"id: {self._told}\n:\n\n".encode())
            else:
                await one.come()

    async def _catch_up(self, send: Send) -> None:
        """
        Read the log up to where the subscription begins to hear. A piece is sent of each page, and the rest of the page
        read again: it would lie here as long as a slow client takes.
        """
        while self._one.ended is None and self._told < self._one.start:
            page, self._first = self._first or pages.decode(await self._read(self._told, self._most)), None
            upto, lines = self._one.start, b""
            for number, raw in enumerate(page.events):
                position = _position.decode(raw).position
                more = line(position, bytes(raw)) if self._told < position <= upto else b""
                if lines and len(lines) + len(more) > PIECE:
                    self._most = number
                    break
                lines += more
                reached = position
            else:
                self._most = min(PAGE, 2 * self._most)
                reached = page.next
            del page
            if lines:
                await self._send(send, lines)
            self._told = max(self._told, min(reached, upto))

    def _lines(self, happened: list[Happened]) -> bytes:
        fresh = [event.line for event in happened if event.position > self._told]
        if happened:
            self._told = max(self._told, happened[-1].position)
        return fresh[0] if len(fresh) == 1 else b"".join(fresh)

    async def _send(self, send: Send, lines: bytes) -> None:
        self._one.stirred, self._said, self._sending = False, time.monotonic(), True
        await send({"type": "http.response.body", "body": lines, "more_body": True})
        self._sending = False


async def _leaving(receive: Receive, one: Subscription) -> None:
    """End the subscription when its client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    one.end(GONE)
