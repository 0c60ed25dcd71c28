"""A broker that takes connections and drops them is tried again within a second, however long it goes on."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from synergy_chassis.bus.asyncio_link import AsyncioLink
from synergy_chassis.bus.link import Link

from .conftest import until

ATTEMPTS = 8
LONGEST = 1.0
SLACK = 0.7
"""Seconds that a busy machine may add."""


class Dropping:
    """Listens like a broker, notes when somebody comes, and hangs up."""

    def __init__(self) -> None:
        self.visits: list[float] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"amqp://projects:secret@127.0.0.1:{self.socket.getsockname()[1]}/synergy"
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self) -> None:
        while True:
            try:
                visitor, _ = self.socket.accept()
            except OSError:
                return
            self.visits.append(time.monotonic())
            visitor.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(30)


@pytest.fixture
def broker() -> Iterator[Dropping]:
    dropping = Dropping()
    yield dropping
    dropping.close()


@contextmanager
def a_service_trying(url: str) -> Iterator[None]:
    link = Link(url, name="test")
    thread = threading.Thread(target=link.run)
    thread.start()
    yield
    link.stop()
    thread.join(30)


@contextmanager
def the_gateway_or_a_relay_trying(url: str) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    link = AsyncioLink(url, name="test", on_open=lambda _: None, on_lost=lambda _: None)
    asyncio.run_coroutine_threadsafe(link.start(), loop).result(30)
    yield
    asyncio.run_coroutine_threadsafe(link.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(30)
    loop.close()


@pytest.mark.parametrize("trying", [a_service_trying, the_gateway_or_a_relay_trying], ids=lambda how: how.__name__)
def test_the_pauses_between_attempts_grow_to_a_second_and_no_further(broker: Dropping, trying: Callable):
    with trying(broker.url):
        until(lambda: len(broker.visits) >= ATTEMPTS, seconds=ATTEMPTS * (LONGEST + SLACK))

    pauses = [b - a for a, b in zip(broker.visits, broker.visits[1:], strict=False)]
    assert max(pauses) < LONGEST + SLACK
    assert sorted(pauses)[len(pauses) // 2] > 0.3, "it does not spin either"
