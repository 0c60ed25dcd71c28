"""A subscription as Server-Sent Events (HTML Living Standard §9.2): what was missed from the log, then what happens."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import structlog
from litestar.types import Receive, Send

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.refusals import Refused
from synergy_gateway.following import measures
from synergy_gateway.following.feed import GONE, Feed
from synergy_gateway.following.subscription import Happened, Subscription

log = structlog.get_logger(__name__)

HEARTBEAT: Final = 15.0
"""Seconds after which a word is sent although nothing happened, so that nobody takes the line for dead."""
SLOWEST: Final = 30.0
"""Seconds in which a client must take what it is sent; then it is gone."""
COME_BACK: Final = 1_000
"""Milliseconds after which a client whose stream ended connects again."""
STUCK: Final = "stuck"
UNREAD: Final = "unread"
MEDIA_TYPE: Final = "text/event-stream"

Read = Callable[[int], Awaitable[msgspec.Raw]]
"""A page of the log, of what the reader may see, after a position."""


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
    """

    def __init__(self, feed: Feed, one: Subscription, read: Read, *, after: int | None, first: Page | None) -> None:
        self._feed = feed
        self._one = one
        self._read = read
        self._first = first
        self._told = one.start if after is None else after

    async def write(self, receive: Receive, send: Send, *, start: Any, head: bool = False) -> None:
        """Send the whole answer, beginning with `start`."""
        one = self._one
        leaving = asyncio.create_task(_leaving(receive, one))
        try:
            await send(start)
            if not head:
                await self._send(send, f"retry: {COME_BACK}\nid: {self._told}\n\n".encode())
                await self._followed(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            one.end(STUCK)
        finally:
            leaving.cancel()
            self._feed.close(one)

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
            happened = one.take(self._feed.audience.seen_by(one))
            if lines := self._lines(happened):
                await self._send(send, lines)
            elif not await one.wait(HEARTBEAT):
                self._told = max(self._told, self._feed.position or 0)
                await self._send(send, f"id: {self._told}\n:\n\n".encode())

    async def _catch_up(self, send: Send) -> None:
        """Read the log up to where the subscription begins to hear."""
        while self._one.ended is None and self._told < self._one.start:
            page, self._first = self._first or pages.decode(await self._read(self._told)), None
            told = [(_position.decode(raw).position, bytes(raw)) for raw in page.events]
            upto = self._one.start
            if lines := b"".join(_line(position, body) for position, body in told if self._told < position <= upto):
                await self._send(send, lines)
            self._told = max(self._told, min(page.next, upto))

    def _lines(self, happened: list[Happened]) -> bytes:
        fresh = [event for event in happened if event.position > self._told]
        if fresh:
            self._told = fresh[-1].position
        return b"".join(_line(event.position, event.body) for event in fresh)

    async def _send(self, send: Send, lines: bytes) -> None:
        async with asyncio.timeout(SLOWEST):
            await send({"type": "http.response.body", "body": lines, "more_body": True})


async def _leaving(receive: Receive, one: Subscription) -> None:
    """End the subscription when its client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    one.end(GONE)


def _line(position: int, body: bytes) -> bytes:
    return b"id: %d\ndata: %s\n\n" % (position, body)
