"""The entrypoint `follow`: another store's events, in order, at least once, in batches."""

import math
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import structlog
from amqp import Message
from nameko.containers import WorkerContext
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from synergy_chassis.bus.answering import AMQP_URL
from synergy_chassis.bus.depth import Depth
from synergy_chassis.bus.failures import refusal_for
from synergy_chassis.bus.gathering import Gathering
from synergy_chassis.bus.link import Link, within
from synergy_chassis.bus.topology import bind_queue, declare_queue, delete_queue, queue_exists
from synergy_chassis.bus.tracing_events import handled
from synergy_chassis.bus.wire import INTERNAL
from synergy_contracts.envelope import StoredEvent

log = structlog.get_logger(__name__)

BATCH: Final = 200
"""Events a handler gets at most at once."""
CHECK_EVERY: Final = 5.0
"""Seconds after which the handler is called without events, to compare its position with the owner's head."""
LONGEST_WAIT: Final = 1.0
"""Seconds between two tries of a handler that fails; the wait doubles from 0.05."""
TELL_EVERY: Final = 10
"""Of so many failures in a row the first is logged."""
CONSUMING: Final = 5.0
"""
Seconds a queue may take to accept its consumer; it elects a leader first, in 3 s after a crash. A broker that was
killed within seconds of the declaration knows the queue's name, but has lost its members: such a queue is made anew.
"""
YOUNG: Final = 6.0
"""
Seconds after its declaration in which a queue may be lost like that. Whoever declared it and lost the connection within
them makes it anew without trying it: if it was alive after all, what it held comes from the owner's log.
"""
QUEUE_ARGUMENTS: Final[Mapping[str, Any]] = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-delivery-limit": 100,
    "x-max-length": 100_000,
    "x-overflow": "drop-head",
}
"""
The queue only makes followers faster: what it drops (a day of absence, a hundred broken deliveries) they fetch
from the owner's log.
"""

_events = msgspec.json.Decoder(StoredEvent)


class Follow(Entrypoint):
    """
    `@follow("projects")`: the method takes a list of StoredEvent, in the order of the store, from one worker at a time.

    It gets `[]` at every (re)connect and every 5 s, and is to compare its position with the owner's head then. It
    returns once the effect is committed: only then are the messages acknowledged. While it raises, it is called with
    the same events again. It must know by position what it holds already.
    """

    def __init__(self, source: str, **kwargs: Any) -> None:
        self.source = source
        super().__init__(**kwargs)

    @property
    def queue(self) -> str:
        """Its name does not depend on the method's: a rename orphans nothing."""
        return f"{self.container.service_name}.follow.{self.source}"

    def setup(self) -> None:
        self._inbox: deque[tuple[Message, StoredEvent]] = deque()
        self._arrived = threading.Event()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._doubt = ""
        self._declared_at = -math.inf
        self._check_at = math.inf
        self._gathering = Gathering(BATCH)
        self._failed_checks = 0
        self._link = Link(
            self.container.config[AMQP_URL],
            name=f"{self.queue}: follows",
            on_open=self._consume,
            on_lost=self._lose,
            on_tick=Depth(self.queue, consumed=True).look,
        )

    def start(self) -> None:
        self._check_at = time.monotonic() + CHECK_EVERY
        self.container.spawn_managed_thread(self._link.run)
        self.container.spawn_managed_thread(self._follow)

    def stop(self) -> None:
        self._stopping.set()
        self._arrived.set()
        self._ended.wait()
        self._link.stop()

    def kill(self) -> None:
        self._stopping.set()
        self._arrived.set()
        self._link.stop()

    def _consume(self, connection: Any, channel: Any) -> None:
        exchange = f"{self.source}.events"
        if not queue_exists(connection, self.queue):
            self._declared_at = time.monotonic()
        elif self._doubt:
            log.warning("queue-made-anew", queue=self.queue, reason=self._doubt)
            delete_queue(connection, self.queue, exchange=exchange, routing_key="#")
            self._declared_at = -math.inf  # else two replicas might delete each other's for ever
        self._doubt = ""
        declare_queue(connection, self.queue, arguments=QUEUE_ARGUMENTS)
        bind_queue(connection, self.queue, exchange=exchange, routing_key="#")
        self._forget()
        channel.basic_qos(0, 2 * BATCH, False)
        try:
            with within(connection, CONSUMING):
                channel.basic_consume(self.queue, callback=self._on_message)
        except TimeoutError:
            self._doubt = "it exists, but does not answer"
            raise
        self._check_at = 0.0
        self._arrived.set()

    def _on_message(self, message: Message) -> None:
        sender = message.properties.get("user_id")
        if sender != f"relay-{self.source}":
            log.warning("event-refused", queue=self.queue, reason="not sent by the owner's relay", sender=sender)
            message.channel.basic_reject(message.delivery_tag, requeue=False)
            return
        try:
            event = _events.decode(message.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            log.error("event-refused", queue=self.queue, reason=str(error))
            message.channel.basic_reject(message.delivery_tag, requeue=False)
            return
        self._inbox.append((message, event))
        self._arrived.set()

    def _lose(self) -> None:
        if time.monotonic() < self._declared_at + YOUNG:
            self._doubt = "the broker went within moments of its declaration"
        self._forget()

    def _forget(self) -> None:
        """What came over a lost connection and was not acknowledged, comes again."""
        self._inbox.clear()

    def _follow(self) -> None:
        while not self._stopping.is_set():
            self._arrived.wait(max(0.0, self._check_at - time.monotonic()))
            self._arrived.clear()
            self._check()
            while self._gathered() and not self._stopping.is_set():
                batch = [self._inbox.popleft() for _ in range(min(BATCH, len(self._inbox)))]
                with handled(batch) as events:
                    if self._deliver(events):
                        _acknowledge(batch[-1][0])
                self._check()
        self._ended.set()

    def _gathered(self) -> bool:
        """Whether there are events to hand on; where they come one after the other, more are waited for."""
        if pause := self._gathering.pause(len(self._inbox)):
            self._stopping.wait(pause)
        if self._inbox:  # it may have been emptied meanwhile
            self._gathering.handed_on()
        return bool(self._inbox)

    def _check(self) -> None:
        """Call the handler without events, once, when that is due; an owner who is away does not hold up messages."""
        if self._stopping.is_set() or time.monotonic() < self._check_at:
            return
        self._check_at = math.inf  # a new connection may ask for the next one meanwhile
        error = self._call([])
        if error is None:
            self._check_at, self._failed_checks = min(self._check_at, time.monotonic() + CHECK_EVERY), 0
            return
        if self._failed_checks % TELL_EVERY == 0:
            self._tell(error, 0, self._failed_checks + 1)
        self._failed_checks += 1
        self._check_at = time.monotonic() + min(LONGEST_WAIT, 0.05 * 2 ** min(self._failed_checks, 5))

    def _deliver(self, events: list[StoredEvent]) -> bool:
        """Call the handler until it returns; tells whether it did before we had to stop."""
        wait, failures = 0.05, 0
        while not self._stopping.is_set():
            error = self._call(events)
            if error is None:
                if failures:
                    log.info("following-again", queue=self.queue, failures=failures)
                return True
            if failures % TELL_EVERY == 0:
                self._tell(error, len(events), failures + 1)
            failures += 1
            self._stopping.wait(wait)
            wait = min(LONGEST_WAIT, wait * 2)
        return False

    def _tell(self, error: BaseException, events: int, failures: int) -> None:
        unexpected = refusal_for(error).kind == INTERNAL  # a neighbour that is away needs no stack trace
        log.warning(
            "follow-handler-failed",
            queue=self.queue,
            events=events,
            failures=failures,
            error=f"{type(error).__name__}: {error}"[:500],
            exc_info=error if unexpected else None,
        )

    def _call(self, events: list[StoredEvent]) -> BaseException | None:
        """Run the handler once in a worker of its own; its error, or None."""
        ended = threading.Event()
        errors: list[BaseException] = []

        def handle_result(_worker: WorkerContext, result: Any, exc_info: Any) -> tuple[Any, Any]:
            if exc_info is not None:
                errors.append(exc_info[1])
            ended.set()
            return result, exc_info

        try:
            self.container.spawn_worker(self, (events,), {}, handle_result=handle_result)
        except ContainerBeingKilled:
            return RuntimeError("the service is being killed")
        ended.wait()
        return errors[0] if errors else None


def _acknowledge(last: Message) -> None:
    """Up to and with `last`. On a dead connection the broker has taken them back, and they come again."""
    try:
        last.channel.basic_ack(last.delivery_tag, multiple=True)
    except Exception as error:
        log.debug("ack-not-sent", error=str(error))


follow = Follow.decorator
