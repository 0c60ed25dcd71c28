"""How many messages wait in a queue, looked at now and then."""

import time
from typing import Any, Final

from prometheus_client import Gauge

from synergy_chassis.bus.link import within
from synergy_chassis.bus.topology import waiting_in
from synergy_chassis.metrics import REGISTRY

EVERY: Final = 5.0
"""Seconds between two looks."""
PATIENCE: Final = 10.0
"""Seconds the broker may take to tell."""

_waiting: Final = Gauge("queue_messages", "Messages that wait to be taken.", ["queue"], registry=REGISTRY)


class Depth:
    """
    Looks at one queue over a connection that consumes from it: `look` is its tick. A connection that publishes would
    wait for an answer as long as the broker takes no messages.
    """

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._shown = _waiting.labels(queue)
        self._next = 0.0

    def look(self, connection: Any) -> None:
        """Ask the broker, if it is time. Raises TimeoutError where it does not answer."""
        if time.monotonic() < self._next:
            return
        with within(connection, PATIENCE):
            self._shown.set(waiting_in(connection, self._queue))
        self._next = time.monotonic() + EVERY
