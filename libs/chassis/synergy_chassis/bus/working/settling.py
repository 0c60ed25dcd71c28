"""What becomes of a job after a try: acknowledged, or moved to another queue first."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from amqp import Message
from nameko.extensions import SharedExtension

from synergy_chassis.bus.answering import AMQP_URL
from synergy_chassis.bus.confirming import Confirming
from synergy_chassis.bus.errors import NotConfirmed, Unroutable
from synergy_chassis.bus.failures import refusal_for
from synergy_chassis.bus.wire import INTERNAL
from synergy_chassis.bus.working import measures, messages
from synergy_chassis.bus.working.queues import WorkQueues
from synergy_chassis.clock import unix_now

log = structlog.get_logger(__name__)

AGAIN: Final = 0.2
"""Seconds between two tries to move a job."""


class Mover(SharedExtension):
    """Moves jobs between the queues of one service, confirmed, on a connection that acknowledgements do not share."""

    def setup(self) -> None:
        self._sender = Confirming(self.container.config[AMQP_URL], name=f"{self.container.service_name}: moves work")

    def start(self) -> None:
        self.container.spawn_managed_thread(self._sender.run)

    def stop(self) -> None:
        self._sender.stop()

    kill = stop

    def move(self, message: Message, *, exchange: str, key: str, headers: Mapping[str, Any]) -> None:
        """Put a copy of `message` under `key`, with its id and these headers. Raises NotConfirmed."""
        properties = dict(message.properties) | {"application_headers": dict(headers)}
        self._sender.send(messages.payload(message), exchange=exchange, routing_key=key, properties=properties)


class Settling:
    """
    Settles the jobs of one kind. A job is acknowledged only when its copy in another queue is confirmed: whoever is
    killed between has it twice, under one id. `is_lost` tells that a message cannot be settled any more, for its
    connection is gone and it comes again; `on_unroutable` hears that a queue is missing.
    """

    def __init__(
        self,
        queues: WorkQueues,
        *,
        mover: Mover,
        is_lost: Callable[[Message], bool],
        on_unroutable: Callable[[], None],
    ) -> None:
        self._queues = queues
        self._mover = mover
        self._is_lost = is_lost
        self._on_unroutable = on_unroutable

    def done(self, message: Message) -> None:
        """The handler returned."""
        self.count(measures.DONE)
        acknowledge(message)

    def set_apart(self, message: Message) -> None:
        """A process ended while it had this job, or lost its connection: from now on it is taken alone."""
        self.count(measures.INTERRUPTED)
        self._move(message, self._queues.alone, {messages.ATTEMPTS: messages.attempts(message)})

    def failed(self, message: Message, error: BaseException) -> None:
        """The handler raised: the job waits, or is given up."""
        failures = messages.attempts(message) + 1
        key = self._queues.delay(failures)
        self._tell(message, error, failures, key or self._queues.parked)
        if key is None:
            self.park(message, messages.error_text(error))
            return
        self.count(measures.FAILED)
        self._move(message, key, {messages.ATTEMPTS: failures})

    def park(self, message: Message, error: str) -> None:
        """Give it up."""
        self.count(measures.PARKED)
        noted = {
            messages.ATTEMPTS: messages.attempts(message) + 1,
            messages.ERROR: error,
            messages.PARKED_AT: messages.milliseconds(unix_now()),
        }
        self._move(message, self._queues.parked, noted)

    def count(self, outcome: str) -> None:
        """Count what became of a try."""
        measures.handled.labels(self._queues.service, self._queues.name, outcome).inc()

    def _move(self, message: Message, key: str, noted: Mapping[str, Any]) -> None:
        headers = {**messages.kept_headers(message), **noted}
        while not self._is_lost(message):
            try:
                self._mover.move(message, exchange=self._queues.exchange, key=key, headers=headers)
            except NotConfirmed as error:
                log.warning("work-not-moved", work=self._queues.name, to=key, error=str(error))
                if isinstance(error, Unroutable):
                    self._on_unroutable()
                time.sleep(AGAIN)
            else:
                acknowledge(message)
                return

    def _tell(self, message: Message, error: BaseException, failures: int, key: str) -> None:
        unexpected = refusal_for(error).kind == INTERNAL  # a neighbour that is away needs no stack trace
        log.warning(
            "work-failed",
            work=self._queues.name,
            id=message.properties.get("message_id"),
            attempts=failures,
            goes_to=key,
            error=messages.error_text(error)[:500],
            exc_info=error if unexpected else None,
        )


def acknowledge(message: Message) -> None:
    """On a dead connection the broker has taken it back, and it comes again."""
    quietly(lambda: message.channel.basic_ack(message.delivery_tag))


def quietly(action: Callable[[], Any]) -> None:
    """Say something to the broker over a connection that may be dead."""
    try:
        action()
    except Exception as error:
        log.debug("not-said-to-the-broker", error=str(error))
