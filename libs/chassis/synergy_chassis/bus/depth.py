"""How many messages wait in a queue, looked at now and then."""

import time
from typing import Any, Final

from prometheus_client import Gauge

from synergy_chassis.bus.link import within
from synergy_chassis.bus.topology import messages_and_consumers
from synergy_chassis.metrics import REGISTRY

EVERY: Final = 5.0
"""Seconds between two looks."""
PATIENCE: Final = 10.0
"""Seconds the broker may take to tell."""
UNHEARD: Final = 3
"""Looks in a row at which nobody consumes: a busy broker says so once in a while of a quorum queue that is well."""

_waiting: Final = Gauge("queue_messages", "Messages that wait to be taken.", ["queue"], registry=REGISTRY)


class NotConsuming(Exception):
    """The broker knows of nobody who consumes from the queue, and we thought that we do."""


class Depth:
    """
    Looks at one queue over a connection that consumes from it: `look` is its tick. A connection that publishes would
    wait for an answer as long as the broker takes no messages.

    With `consumed` it also sees that there is a consumer: one that went with its queue, when that was lost and made
    anew, is not always told so, and would wait for ever.
    """

    def __init__(self, queue: str, *, consumed: bool = False) -> None:
        self._queue = queue
        self._consumed = consumed
        self._shown = _waiting.labels(queue)
        self._next = 0.0
        self._unheard = 0

    def look(self, connection: Any) -> None:
        """
        Ask the broker, if it is time. Raises TimeoutError where it does not answer, NotConsuming after three looks at
        a queue that nobody consumes from.
        """
        if time.monotonic() < self._next:
            return
        with within(connection, PATIENCE):
            messages, consumers = messages_and_consumers(connection, self._queue)
        self._shown.set(messages)
        self._next = time.monotonic() + EVERY
        self._unheard = self._unheard + 1 if self._consumed and not consumers else 0
        if self._unheard == UNHEARD:
            self._unheard = 0
            raise NotConsuming(self._queue)
