"""Publishing that knows what arrived: outstanding tags, and a batch is done when each has been confirmed."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec
import structlog
from pika import BasicProperties

from synergy_chassis.bus.asyncio_link import AsyncioLink
from synergy_chassis.observing import tracing
from synergy_chassis.relay.counters import Counters
from synergy_chassis.relay.ledger import OutgoingEvent
from synergy_chassis.relay.tracing_events import publications
from synergy_contracts.envelope import HEADER_TRACEPARENT

log = structlog.get_logger(__name__)

CONFIRM_PATIENCE: Final = 10.0
"""Seconds a batch may wait for its confirms; then the connection is given up and the batch sent again."""
PERSISTENT: Final = 2


class NotConfirmed(Exception):
    """A batch, or part of it, may not have arrived: send it again."""


class ConfirmedPublisher:
    """Publishes events of `source` to `<source>.events` as the broker user `relay-<source>`."""

    def __init__(self, amqp_url: str, *, source: str, counters: Counters) -> None:
        self.exchange = f"{source}.events"
        self._counters = counters
        self._link = AsyncioLink(amqp_url, name=f"{source}: relay", on_open=self._on_open, on_lost=self._on_lost)
        if self._link.user != f"relay-{source}":
            raise ValueError(f"RELAY_AMQP_URL must name the user relay-{source}: consumers refuse events of another.")
        self._ready = asyncio.Event()
        self._outstanding: set[int] = set()
        self._next_tag = 1
        self._batch: asyncio.Future[None] | None = None
        self._declare_next_time = False
        self._told_unroutable: set[str] = set()

    async def start(self) -> None:
        """Begin to connect."""
        await self._link.start()

    async def stop(self) -> None:
        """Close the connection."""
        await self._link.stop()

    async def publish(self, events: Sequence[OutgoingEvent]) -> None:
        """Send `events` in order and wait until the broker has them all. Raises NotConfirmed."""
        await self._wait_for_connection()
        self._batch = asyncio.get_running_loop().create_future()
        spans = publications(events)
        try:
            for event in events:
                self._send(event, spans)
            async with asyncio.timeout(CONFIRM_PATIENCE):
                await self._batch
        except TimeoutError:
            self._link.drop()
            raise NotConfirmed("no confirm in time") from None
        finally:
            self._batch = None
            for span in spans.values():
                span.end(type(error).__name__ if (error := sys.exception()) else None)
        self._counters.confirmed += len(events)

    def _send(self, event: OutgoingEvent, spans: Mapping[int, tracing.Span]) -> None:
        span = spans.get(event.position)
        properties = BasicProperties(
            content_type="application/json",
            delivery_mode=PERSISTENT,
            message_id=str(event.event_id),
            type=event.type,
            user_id=self._link.user,
            headers={HEADER_TRACEPARENT: span.traceparent} if span else None,
        )
        if self._link.channel is None:
            raise NotConfirmed("the connection was lost")
        try:
            self._link.channel.basic_publish(
                self.exchange, event.type, msgspec.json.encode(event), properties, mandatory=True
            )
        except Exception as error:
            self._link.drop()  # whether the broker counts this one is not known, so tags mean nothing any more
            raise NotConfirmed(repr(error)) from error
        self._counters.published += 1
        self._outstanding.add(self._next_tag)
        self._next_tag += 1

    async def _wait_for_connection(self) -> None:
        """Only a channel that confirms is used; what is sent before it does, would never be confirmed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._ready.wait()
        if not self._ready.is_set():
            raise NotConfirmed("no connection to the broker")

    def _on_open(self, channel: Any) -> None:
        self._outstanding.clear()
        self._next_tag = 1
        self._told_unroutable.clear()
        if self._declare_next_time:
            self._declare_next_time = False
            channel.exchange_declare(
                self.exchange, "topic", durable=True, callback=lambda _frame: self._confirm(channel)
            )
        else:
            self._confirm(channel)

    def _confirm(self, channel: Any) -> None:
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=lambda _frame: self._ready.set())

    def _on_confirm(self, frame: Any) -> None:
        tag, multiple = frame.method.delivery_tag, frame.method.multiple
        if multiple:
            self._outstanding = {waiting for waiting in self._outstanding if waiting > tag}
        else:
            self._outstanding.discard(tag)
        if type(frame.method).__name__ == "Nack":
            self._fail("the broker refused a message")
        elif not self._outstanding and self._batch is not None and not self._batch.done():
            self._batch.set_result(None)

    def _on_return(self, _channel: Any, method: Any, properties: BasicProperties, _body: bytes) -> None:
        self._counters.unroutable += 1
        first = method.routing_key not in self._told_unroutable
        self._told_unroutable.add(method.routing_key)
        tell = log.warning if first else log.debug  # once a type and connection; every one is counted
        tell("event-unroutable", type=method.routing_key, event_id=properties.message_id, reason=method.reply_text)

    def _on_lost(self, reason: str) -> None:
        self._ready.clear()
        self._declare_next_time = "NOT_FOUND" in reason
        self._fail(reason)

    def _fail(self, reason: str) -> None:
        self._outstanding.clear()
        if self._batch is not None and not self._batch.done():
            self._batch.set_exception(NotConfirmed(reason))
