"""Work that was given up, as an operator sees it: listed without taking it, put back with its attempts reset."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import structlog
from amqp import Message
from kombu.connection import Connection

from synergy_chassis.bus.errors import RpcUnavailable
from synergy_chassis.bus.working import messages
from synergy_chassis.bus.working.queues import ALONE, DELIVERIES, WorkQueues

log = structlog.get_logger(__name__)

LISTED: Final = 1_000
"""Jobs of one kind that are listed at most."""
PATIENCE: Final = 10
"""Seconds the broker may take for anything."""
STRANGE: Final = "Not sent by the service itself; a replay drops it."
"""The default exchange lets others write here, but not in its name."""
ENDED: Final = "The process ended, or lost its connection, each time while it worked on this."


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedWork:
    """One job that was given up: after how many attempts, why, and since when."""

    work: str
    id: str
    body: Any
    error: str
    attempts: int
    sent_at: datetime
    parked_at: datetime


class ParkedJobs:
    """The parking queues of one service's `names`, at `amqp_url`."""

    def __init__(self, amqp_url: str, *, service: str, names: Sequence[str]) -> None:
        self._url, self._service = amqp_url, service
        self._all = [WorkQueues(service, name) for name in names]

    def listed(self) -> list[ParkedWork]:
        """All of them, at most a thousand of a kind; they stay where they are. Raises RpcUnavailable."""
        with self._channel() as channel:
            return [
                self._described(message, queues)
                for queues in self._all
                for message in _taken(channel, queues.queue(queues.parked), LISTED)
            ]  # closing the channel gives them back

    def replay(self) -> tuple[int, int]:
        """
        Put every parked job back to its queue under its id, confirmed, then remove it here; tells how many, and how
        many are parked now. Raises RpcUnavailable; what was put back by then stays so.
        """
        with self._channel() as channel:
            done = sum(self._put_back(channel, queues) for queues in self._all)
            left = sum(queues.count(channel.connection, queues.parked) for queues in self._all)
        return done, left

    def _put_back(self, channel: Any, queues: WorkQueues) -> int:
        done, parked = 0, queues.queue(queues.parked)
        for message in _taken(channel, parked, queues.count(channel.connection, queues.parked)):
            if self._is_ours(message):
                headers = messages.kept_headers(message) | {messages.ATTEMPTS: 0}
                properties = dict(message.properties) | {"application_headers": headers}
                again = Message(messages.payload(message), **properties)
                channel.basic_publish_confirm(
                    again, queues.exchange, queues.name, mandatory=True, confirm_timeout=PATIENCE
                )
                done += 1
            else:
                log.warning("work-refused", queue=parked, reason="not sent by the service itself")
            channel.basic_ack(message.delivery_tag)
        return done

    def _is_ours(self, message: Message) -> bool:
        return bool(message.properties.get("user_id") == self._service)

    def _described(self, message: Message, queues: WorkQueues) -> ParkedWork:
        headers: dict[str, Any] = (message.headers or {}) if self._is_ours(message) else {messages.ERROR: STRANGE}
        attempts, parked_at = int(headers.get(messages.ATTEMPTS, 0)), headers.get(messages.PARKED_AT)
        at = messages.moment(int(parked_at or 0))
        if parked_at is None and (dead := headers.get("x-death")):  # the broker gave it up
            attempts += 1 + (ALONE if dead[0]["queue"] == queues.queue(queues.alone) else DELIVERIES)
            at = dead[0]["time"].replace(tzinfo=UTC)
        return ParkedWork(
            work=queues.name,
            id=str(message.properties.get("message_id")),
            body=_readable(messages.payload(message)),
            error=str(headers.get(messages.ERROR, ENDED)),
            attempts=attempts,
            sent_at=messages.moment(int(headers.get(messages.SENT_AT, 0))),
            parked_at=at,
        )

    @contextmanager
    def _channel(self) -> Iterator[Any]:
        address: Any = Connection(self._url, connect_timeout=5)  # type: ignore[no-untyped-call]
        address.transport_options = {
            "client_properties": {"connection_name": f"{self._service}: parked work"},
            "read_timeout": PATIENCE,
            "write_timeout": PATIENCE,
        }
        try:
            connection = address.transport.establish_connection()
            try:
                for queues in self._all:
                    queues.declare(connection)
                channel = connection.channel()
                channel.confirm_select()
                yield channel
            finally:
                connection.close()
        except (*address.recoverable_connection_errors, *address.connection_errors, *address.channel_errors) as error:
            raise RpcUnavailable(f"the broker: {type(error).__name__}: {error}") from error


def _taken(channel: Any, queue: str, most: int) -> Iterator[Message]:
    """Up to so many messages, unacknowledged: nobody else gets them meanwhile."""
    for _ in range(most):
        message = channel.basic_get(queue)
        if message is None:
            return
        yield message


def _readable(payload: bytes) -> Any:
    try:
        return msgspec.json.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return payload.decode("utf-8", "replace")
