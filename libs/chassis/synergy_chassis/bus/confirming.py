"""Messages that the broker has once `send` returns: persistent, confirmed, known to reach a queue."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from amqp import Message

from synergy_chassis.bus.errors import NotConfirmed, Unroutable
from synergy_chassis.bus.link import Link, LinkDown

PATIENCE: Final = 5.0
"""Seconds that a message may take, from waiting for a connection to the broker's confirm."""
PERSISTENT: Final = 2


class _Waiting:
    """A message that is not confirmed yet."""

    __slots__ = ("error", "settled")

    def __init__(self) -> None:
        self.settled = threading.Event()
        self.error: NotConfirmed | None = None

    def settle(self, error: NotConfirmed | None = None) -> None:
        self.error = self.error or error
        self.settled.set()


class Confirming:
    """
    A connection of its own, safe to share between greenlets, or threads. Somebody runs `run`; `on_open(connection)`
    declares, after every connect.
    """

    def __init__(self, url: str, *, name: str, on_open: Callable[[Any], None] | None = None) -> None:
        self._link = Link(url, name=name, on_open=self._on_open, on_lost=self._on_lost)
        self._declare = on_open
        self._sending = threading.Lock()
        self._waiting: dict[int, _Waiting] = {}
        self._sent = 0
        self.run: Callable[[], None] = self._link.run
        self.stop: Callable[[], None] = self._link.stop

    def send(
        self,
        body: bytes,
        *,
        exchange: str,
        routing_key: str,
        properties: Mapping[str, Any],
        patience: float = PATIENCE,
    ) -> None:
        """
        Send, and return when the broker has it on disk. Raises NotConfirmed after `patience` seconds, or where the
        broker refuses it or goes away; Unroutable where no queue takes it.
        """
        if not self._link.ready.wait(patience):
            raise NotConfirmed(f"{routing_key}: no connection to the broker")
        with self._sending:  # the broker counts messages in the order they are sent
            number = self._sent = self._sent + 1
            waiting = self._waiting[number] = _Waiting()
            sealed = {"delivery_mode": PERSISTENT, "user_id": self._link.user, "correlation_id": str(number)}
            try:
                self._link.publish(
                    body,
                    exchange=exchange,
                    routing_key=routing_key,
                    properties={**properties, **sealed},
                    mandatory=True,
                )
            except LinkDown as error:
                del self._waiting[number]
                self._sent = number - 1
                raise NotConfirmed(f"{routing_key}: the broker takes nothing now") from error
        if not waiting.settled.wait(patience):
            raise NotConfirmed(f"{routing_key}: no confirm within {patience:g} s")
        if waiting.error:
            raise waiting.error

    def _on_open(self, connection: Any, channel: Any) -> None:
        if self._declare:
            self._declare(connection)
        channel.events["basic_ack"].add(self._on_ack)
        channel.events["basic_nack"].add(self._on_nack)
        channel.events["basic_return"].add(self._on_return)
        channel.confirm_select()
        with self._sending:
            self._sent = 0

    def _on_lost(self) -> None:
        self._settle(self._sent, multiple=True, error=NotConfirmed("the connection was lost before the confirm"))

    def _on_ack(self, number: int, multiple: bool) -> None:
        self._settle(number, multiple=multiple)

    def _on_nack(self, number: int, multiple: bool) -> None:
        self._settle(number, multiple=multiple, error=NotConfirmed("the broker refused the message"))

    def _on_return(self, _error: Exception, _exchange: str, routing_key: str, message: Message) -> None:
        """The broker says this before it confirms the message."""
        waiting = self._waiting.get(int(message.properties.get("correlation_id", 0)))
        if waiting:
            waiting.error = Unroutable(f"no queue takes {routing_key}")

    def _settle(self, number: int, *, multiple: bool, error: NotConfirmed | None = None) -> None:
        for one in [known for known in list(self._waiting) if known <= number] if multiple else [number]:
            waiting = self._waiting.pop(one, None)
            if waiting:
                waiting.settle(error)
