"""Declare queues and bindings again at every connect: a broker may come back with its data wiped."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog
from amqp.exceptions import AccessRefused, NotFound, PreconditionFailed

log = structlog.get_logger(__name__)


def declare_queue(connection: Any, name: str, *, arguments: Mapping[str, Any] | None = None) -> None:
    """Declare a durable queue. One that exists with other arguments is used as it is."""

    def declare(channel: Any) -> None:
        channel.queue_declare(name, durable=True, exclusive=False, auto_delete=False, arguments=arguments)

    try:
        _apart(connection, declare)
    except PreconditionFailed as error:
        log.warning("queue-has-other-arguments", queue=name, error=str(error))


def queue_exists(connection: Any, name: str) -> bool:
    """Whether the broker knows a queue of this name, dead or alive."""
    try:
        _apart(connection, lambda channel: channel.queue_declare(name, passive=True))
    except NotFound:
        return False
    return True


def messages_and_consumers(connection: Any, name: str) -> tuple[int, int]:
    """How many messages wait in a queue of this name, and how many consume from it; 0 and 0 where there is none."""
    found: list[Any] = []
    with suppress(NotFound):
        _apart(connection, lambda channel: found.append(channel.queue_declare(name, passive=True)))
    return (found[0].message_count, found[0].consumer_count) if found else (0, 0)


def bind_queue(connection: Any, name: str, *, exchange: str, routing_key: str) -> None:
    """
    Bind a queue to a topic exchange, which the broker's definitions hold; where they do not, and we may, it is
    declared. Raises NotFound if it cannot be: try again later.
    """

    def bind(channel: Any) -> None:
        channel.queue_bind(name, exchange=exchange, routing_key=routing_key)

    def declare(channel: Any) -> None:
        channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False)

    try:
        _apart(connection, bind)
    except NotFound:
        try:
            _apart(connection, declare)
        except AccessRefused as error:
            raise NotFound(f"The exchange {exchange} is not there, and we may not declare it.") from error
        _apart(connection, bind)


def delete_queue(connection: Any, name: str, *, exchange: str, routing_key: str) -> None:
    """
    Delete a queue, or what is left of it. It is unbound first, at once, for a dead queue holds up every
    publisher.
    """
    _apart(connection, lambda channel: channel.queue_unbind(name, exchange=exchange, routing_key=routing_key))
    _apart(connection, lambda channel: channel.queue_delete(name))


def _apart(connection: Any, action: Callable[[Any], None]) -> None:
    """Do it on a channel of its own, which alone dies if the broker refuses."""
    channel = connection.channel()
    action(channel)
    channel.close()
