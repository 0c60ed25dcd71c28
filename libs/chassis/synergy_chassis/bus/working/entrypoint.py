"""The entrypoint `work`: unordered jobs, at least once, shared by all replicas, tried again later when they fail."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import structlog
from amqp import Message
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from synergy_chassis.bus.answering import AMQP_URL
from synergy_chassis.bus.container import CALL_KEY
from synergy_chassis.bus.context import CallContext
from synergy_chassis.bus.link import Link, within
from synergy_chassis.bus.working import measures, messages
from synergy_chassis.bus.working.queues import WorkQueues
from synergy_chassis.bus.working.settling import Mover, Settling, acknowledge, quietly
from synergy_contracts.envelope import HEADER_REQUEST_ID, HEADER_TRACEPARENT

log = structlog.get_logger(__name__)

DELAYS: Final = (1.0, 10.0, 60.0, 600.0)
"""Seconds before the second try and each further one; what fails after the last is parked."""
AT_ONCE: Final = 4
"""Jobs of one kind that a process works on at once, and one more that was interrupted before."""
LOOK_EVERY: Final = 5.0
"""Seconds between two looks at how much waits."""
CONSUMING: Final = 10.0
"""Seconds the queues may take to accept a consumer; they elect leaders first, in 3 s after a crash."""


class Work(Entrypoint):
    """
    `@work("mail")`: the method takes a Job and returns when it is done; only then is the message acknowledged.

    When it raises, the job waits in a queue for the first of `delays` (seconds) and is tried again, and so on; after
    the last it is parked. A process takes `at_once` jobs at once. A job may be done twice, never lost.
    """

    mover = Mover()

    def __init__(self, name: str, *, delays: Sequence[float] = DELAYS, at_once: int = AT_ONCE, **kwargs: Any) -> None:
        self.name, self.delays, self.at_once = name, tuple(delays), at_once
        super().__init__(**kwargs)

    @property
    def queues(self) -> WorkQueues:
        """Their names do not depend on the method's: a rename orphans nothing."""
        return WorkQueues(self.container.service_name, self.name, self.delays)

    @property
    def queue(self) -> str:
        """Where the jobs are."""
        return self.queues.queue(self.name)

    def setup(self) -> None:
        self._inbox: deque[Message] = deque()
        self._arrived = threading.Event()
        self._stopping = threading.Event()
        self._killed = False
        self._channel: Any = None
        self._under_way = 0
        self._idle = threading.Event()
        self._idle.set()
        self._moving = 0
        self._moved = threading.Event()
        self._moved.set()
        self._look_at = 0.0
        self._declare_anew = False
        self._waiting = measures.Waiting(self.container.service_name, self.name)
        measures.watch(self._waiting)
        self._settling = Settling(
            self.queues, mover=self.mover, is_lost=self._is_lost, on_unroutable=self._on_unroutable
        )
        self._link = Link(
            self.container.config[AMQP_URL],
            name=f"{self.queue}: works",
            on_open=self._consume,
            on_lost=self._on_lost,
            on_tick=self._look,
        )

    def start(self) -> None:
        self.container.spawn_managed_thread(self._link.run)
        self.container.spawn_managed_thread(self._work)

    def stop(self) -> None:
        self._cancel()
        self._idle.wait()
        self._link.stop()

    def kill(self) -> None:
        self._killed = True
        self._cancel()
        self._link.stop()

    def _cancel(self) -> None:
        """Take nothing more; what is under way goes on, the rest goes back when the connection ends."""
        self._stopping.set()
        self._arrived.set()
        if channel := self._channel:
            quietly(lambda: [channel.basic_cancel(self.queues.queue(key), nowait=True) for key in self._taken])

    @property
    def _taken(self) -> Mapping[str, int]:
        """From which queues, and how many at once."""
        return {self.name: self.at_once, self.queues.alone: 1}

    def _consume(self, connection: Any, channel: Any) -> None:
        self.queues.declare(connection)
        self._on_lost()
        self._channel = channel
        if self._stopping.is_set():
            return
        with within(connection, CONSUMING):
            for key, at_once in self._taken.items():
                queue = self.queues.queue(key)
                channel.basic_qos(0, at_once, False)
                channel.basic_consume(queue, consumer_tag=queue, callback=self._on_message)
        self._look_at = 0.0

    def _on_lost(self) -> None:
        """What came over a lost connection and was not acknowledged, comes again."""
        self._inbox.clear()
        self._channel = None
        self._waiting.up = False

    def _look(self, connection: Any) -> None:
        """
        Count what waits; declare what somebody deleted. Where a queue is missing, NotFound ends the connection: if
        those we consume from were deleted too, and declared by somebody else meanwhile, RabbitMQ has us consume from
        the new ones without a word, and what a quorum queue hands out then reaches nobody until we come anew.
        """
        if time.monotonic() < self._look_at:
            return
        with within(connection, CONSUMING):
            if self._declare_anew:
                self.queues.declare(connection)
                self._declare_anew = False
            found = self.queues.depths(connection)
            self._waiting.waiting, self._waiting.parked = found[self.name], found[self.queues.parked]
        self._waiting.up = True
        self._look_at = time.monotonic() + LOOK_EVERY

    def _on_message(self, message: Message) -> None:
        sender = message.properties.get("user_id")
        if sender != self.container.service_name:  # the default exchange reaches any queue, but cannot hide who sends
            log.warning("work-refused", queue=self.queue, reason="not sent by the service itself", sender=sender)
            self._settling.count(measures.REFUSED)
            acknowledge(message)
            return
        self._inbox.append(message)
        self._arrived.set()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._arrived.wait()
            self._arrived.clear()
            while self._inbox and not self._stopping.is_set():
                self._begin(self._inbox.popleft())

    def _begin(self, message: Message) -> None:
        self._under_way += 1
        self._idle.clear()
        alone = message.delivery_info["routing_key"] == self.queues.alone
        try:
            if message.delivery_info["redelivered"] and not alone:
                self._set_apart(message)
                return
            if alone:
                self._moved.wait()  # should it end the process, nothing that was to be moved is left half done
            job = messages.read(message)
            self.container.spawn_worker(
                self,
                (job,),
                {},
                context_data={CALL_KEY: _context(message, job)},
                handle_result=partial(self._handle_result, message),
            )
        except ContainerBeingKilled:
            self._ended()
        except Exception as error:
            unreadable = messages.error_text(error)
            self.container.spawn_managed_thread(partial(self._settle, self._settling.park, message, unreadable))

    def _set_apart(self, message: Message) -> None:
        self._moving += 1
        self._moved.clear()

        def move() -> None:
            self._settle(self._settling.set_apart, message)
            self._moving -= 1
            if not self._moving:
                self._moved.set()

        self.container.spawn_managed_thread(move)

    def _handle_result(self, message: Message, _worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info is None:
            self._settle(self._settling.done, message)
        else:
            self._settle(self._settling.failed, message, exc_info[1])
        return result, exc_info

    def _settle(self, settle: Callable[..., None], message: Message, *arguments: Any) -> None:
        try:
            settle(message, *arguments)
        except Exception:
            log.exception("work-not-settled", queue=self.queue)
        finally:
            self._ended()

    def _ended(self) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._idle.set()

    def _is_lost(self, message: Message) -> bool:
        """Whether nothing can be said of it any more: its connection is gone, or we are being killed."""
        return self._killed or message.channel is not self._channel

    def _on_unroutable(self) -> None:
        self._declare_anew, self._look_at = True, 0.0


def _context(message: Message, job: messages.Job) -> CallContext:
    headers = message.headers or {}
    return CallContext(
        actor=None,
        request_id=str(headers.get(HEADER_REQUEST_ID, job.id)),
        command_id=job.id,
        traceparent=headers.get(HEADER_TRACEPARENT),
    )


work = Work.decorator
