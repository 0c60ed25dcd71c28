"""Hear of a service's events as hints, in an asyncio program: at once while the bus is up, and else not at all."""

from collections.abc import Callable, Collection
from typing import Any, Final

from synergy_chassis.bus.asyncio_link import AsyncioLink
from synergy_chassis.clock import new_id

MOST_WAITING: Final = 100
"""Messages the broker holds for a listener; older ones are dropped, for one hint is as good as many."""


class Listener:
    """
    Calls `on_message` for each event of `exchange` whose type one of the `keys` matches, and once at every connect,
    because hints may have been missed before. Whoever listens must be right without it, only later.

    The queue is exclusive to this connection and gone with it. One instance belongs to one event loop.
    """

    def __init__(self, amqp_url: str, *, exchange: str, keys: Collection[str], on_message: Callable[[], None]) -> None:
        self._exchange = exchange
        self._keys = tuple(keys)
        self._on_message = on_message
        self._link = AsyncioLink(amqp_url, name="gateway: hears", on_open=self._listen, on_lost=lambda _reason: None)

    async def start(self) -> None:
        """Begin to connect, and return at once."""
        await self._link.start()

    async def stop(self) -> None:
        """Close the connection."""
        await self._link.stop()

    def _listen(self, channel: Any) -> None:
        queue = f"gateway.follow.{self._exchange}.{new_id()}"
        channel.queue_declare(queue, exclusive=True, auto_delete=True, arguments={"x-max-length": MOST_WAITING})
        for key in self._keys:
            channel.queue_bind(queue, self._exchange, routing_key=key)
        channel.basic_consume(queue, lambda *_: self._on_message(), auto_ack=True, exclusive=True)
        self._on_message()
