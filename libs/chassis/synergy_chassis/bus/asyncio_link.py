"""One pika connection that keeps itself up, for asyncio programs: the gateway's calls and the relays."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import structlog
from pika import URLParameters
from pika.adapters.asyncio_connection import AsyncioConnection

log = structlog.get_logger(__name__)

FIRST_WAIT: Final = 0.1
LONGEST_WAIT: Final = 1.0
"""Seconds between two attempts to connect."""
TELL_EVERY: Final = 10
"""Of so many failed attempts the first is logged."""
OPENING: Final = 6.0
"""Seconds an attempt may take."""


class AsyncioLink:
    """
    A connection with one channel. `on_open(channel)` sets the channel up after every connect, `on_lost(reason)`
    hears of its end. `channel` is None while there is none, `blocked` true while the broker takes no messages (an
    alarm).
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        on_open: Callable[[Any], None],
        on_lost: Callable[[str], None],
    ) -> None:
        self._parameters = URLParameters(url)
        self._parameters.heartbeat = 10
        self._parameters.connection_attempts = 1
        self._parameters.socket_timeout = 5
        self._parameters.stack_timeout = 5
        self._parameters.client_properties = {"connection_name": name}
        self.name = name
        self.user: str = self._parameters.credentials.username
        self.channel: Any = None
        self.blocked = False
        self._on_open = on_open
        self._on_lost = on_lost
        self._attempts = 0
        self._keeper: asyncio.Task[None] | None = None
        self._lost: asyncio.Future[str] | None = None

    async def start(self) -> None:
        """Begin to connect, and return at once."""
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep(), name=self.name)

    async def stop(self) -> None:
        """Close the connection."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None

    def drop(self) -> None:
        """Give this connection up and make another at once, because its channel cannot be trusted any more."""
        if self.channel is not None and self.channel.connection.is_open:
            self.channel.connection.close(reply_text="starting over")
        if self._lost is not None:
            _settle(self._lost, "starting over")  # whoever is silent may not say good-bye either

    async def _keep(self) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                opened = await self._once()
            except Exception:
                log.exception("link-failed", link=self.name)
                opened = False
            wait = FIRST_WAIT if opened else min(LONGEST_WAIT, wait * 2)
            await asyncio.sleep(wait)

    async def _once(self) -> bool:
        """One connection from start to end; tells whether it was opened."""
        loop = asyncio.get_running_loop()
        opening: asyncio.Future[Any] = loop.create_future()
        lost: asyncio.Future[str] = loop.create_future()
        self._lost = lost
        connection = AsyncioConnection(
            self._parameters,
            on_open_callback=lambda opened: opened.channel(on_open_callback=lambda channel: _settle(opening, channel)),
            on_open_error_callback=lambda _connection, error: _settle(lost, _text(error)),
            on_close_callback=lambda _connection, reason: _settle(lost, _text(reason)),
            custom_ioloop=loop,
        )
        try:
            await asyncio.wait({opening, lost}, timeout=OPENING, return_when=asyncio.FIRST_COMPLETED)
            if not opening.done():
                reason = lost.result() if lost.done() else "no answer"
                if self._attempts % TELL_EVERY == 0:
                    log.warning("broker-unreachable", link=self.name, error=reason, attempts=self._attempts + 1)
                self._attempts += 1
                return False
            self._attempts = 0
            channel = opening.result()
            channel.add_on_close_callback(lambda _channel, reason: self._channel_closed(connection, lost, reason))
            connection.add_on_connection_blocked_callback(lambda *_: self._set_blocked(True))
            connection.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(False))
            self.channel, self.blocked = channel, False
            self._on_open(channel)
            log.info("broker-connected", link=self.name)
            reason = await lost
            log.warning("broker-connection-lost", link=self.name, error=reason)
            return True
        finally:
            was_open, self.channel = self.channel is not None, None
            if was_open:
                self._on_lost("the connection was lost")
            await self._close(connection, lost)

    def _channel_closed(self, connection: Any, lost: asyncio.Future[str], reason: Any) -> None:
        self.channel = None
        self._on_lost(_text(reason))
        if connection.is_open:
            connection.close()
        _settle(lost, _text(reason))

    def _set_blocked(self, blocked: bool) -> None:
        self.blocked = blocked
        log.warning("broker-blocks-publishers" if blocked else "broker-unblocks-publishers", link=self.name)

    async def _close(self, connection: Any, lost: asyncio.Future[str]) -> None:
        if connection.is_closed:
            return
        if connection.is_open:
            connection.close()
        if not lost.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({lost}, timeout=1)


def _settle(future: asyncio.Future[Any], value: Any) -> None:
    if not future.done():
        future.set_result(value)


def _text(error: Any) -> str:
    return repr(error)[:300]  # the text of pika's connection errors is empty
