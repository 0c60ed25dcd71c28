"""What a consumer learns about its queue, from a real broker."""

from collections.abc import Iterator
from typing import Any

import pytest
from kombu.connection import Connection

from synergy_chassis.bus import depth
from synergy_chassis.bus.depth import UNHEARD, Depth, NotConsuming

QUEUE = "projects.follow.auth"


@pytest.fixture
def connection(vhost: Any) -> Iterator[Any]:
    """A connection to a room with one queue that nobody consumes from."""
    connection = Connection(vhost.amqp_url()).transport.establish_connection()
    connection.channel().queue_declare(QUEUE, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    yield connection
    connection.close()


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look asks."""
    monkeypatch.setattr(depth, "EVERY", 0.0)


def test_a_consumer_that_the_broker_forgot_is_told(connection: Any) -> None:
    looks = Depth(QUEUE, consumed=True)
    for _ in range(UNHEARD - 1):
        looks.look(connection)

    with pytest.raises(NotConsuming):
        looks.look(connection)


def test_one_that_is_there_starts_the_count_anew(connection: Any) -> None:
    looks = Depth(QUEUE, consumed=True)
    for _ in range(UNHEARD - 1):
        looks.look(connection)
    channel = connection.channel()
    channel.basic_consume(QUEUE, consumer_tag="here")
    looks.look(connection)
    channel.basic_cancel("here")

    for _ in range(UNHEARD - 1):
        looks.look(connection)
    with pytest.raises(NotConsuming):
        looks.look(connection)


def test_a_queue_that_is_gone_is_not_consumed_from_and_who_only_looks_does_not_mind(connection: Any) -> None:
    connection.channel().queue_delete(QUEUE)
    for _ in range(2 * UNHEARD):
        Depth(QUEUE).look(connection)
    looks = Depth(QUEUE, consumed=True)
    for _ in range(UNHEARD - 1):
        looks.look(connection)

    with pytest.raises(NotConsuming):
        looks.look(connection)
