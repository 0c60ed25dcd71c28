"""Hear a service's events themselves, in an asyncio program, and when some may have been missed."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
import structlog
from pika import BasicProperties

from synergy_chassis.bus.asyncio_link import AsyncioLink
from synergy_chassis.clock import new_id

log = structlog.get_logger(__name__)

MOST_WAITING: Final = 10_000
"""Events the broker holds for a hearer that is slow; older ones are dropped, which shows as a gap."""


class Heard(msgspec.Struct, frozen=True):
    """What a hearer needs of a stored event; see `synergy_contracts.envelope.StoredEvent`."""

    position: int
    previous_position: int
    stream: str
    version: int
    type: str
    data: dict[str, Any] = {}
    epoch: str | None = None


class Hearing:
    """
    Calls `on_event` for each event of the service `source`, in order, and `on_gap` whenever some may have been missed
    before: as it begins to hear, after a hole in the chain of positions, and when the store was restored. Some events
    come twice. Nothing that was missed is fetched.

    The queue is exclusive to this connection and gone with it. One instance belongs to one event loop.
    """

    def __init__(
        self, amqp_url: str, *, source: str, on_event: Callable[[Heard], None], on_gap: Callable[[], None]
    ) -> None:
        self._source = source
        self._on_event = on_event
        self._on_gap = on_gap
        self._last: Heard | None = None
        self._decoder = msgspec.json.Decoder(Heard)
        self._link = AsyncioLink(amqp_url, name=f"gateway: hears {source}", on_open=self._listen, on_lost=self._lost)
        self.hears = False
        """Whether events arrive now, as far as is known here."""

    async def start(self) -> None:
        """Begin to connect, and return at once."""
        await self._link.start()

    async def stop(self) -> None:
        """Close the connection."""
        await self._link.stop()

    def _listen(self, channel: Any) -> None:
        exchange = f"{self._source}.events"
        queue = f"gateway.follow.{exchange}.{new_id()}"
        channel.add_on_cancel_callback(lambda _: self._link.drop())  # the queue was deleted
        channel.queue_declare(queue, exclusive=True, auto_delete=True, arguments={"x-max-length": MOST_WAITING})
        channel.queue_bind(queue, exchange, routing_key="#")
        channel.basic_consume(queue, self._on_message, auto_ack=True, exclusive=True, callback=self._began)

    def _began(self, _frame: Any) -> None:
        self._last = None
        self._on_gap()
        self.hears = True

    def _lost(self, _reason: str) -> None:
        self.hears = False

    def _on_message(self, _channel: Any, _method: Any, properties: BasicProperties, body: bytes) -> None:
        if properties.user_id != f"relay-{self._source}":  # the broker vouches for it
            log.warning("event-of-a-stranger", source=self._source, user=properties.user_id)
            return
        try:
            event = self._decoder.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            log.error("event-not-readable", source=self._source)
            self._last = None
            self._on_gap()
            return
        last = self._last
        if last is not None and (event.epoch != last.epoch or event.previous_position > last.position):
            self._on_gap()
        if last is None or event.epoch != last.epoch or event.position > last.position:
            self._last = event
        self._on_event(event)
