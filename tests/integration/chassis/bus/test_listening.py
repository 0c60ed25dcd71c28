"""Hints: heard at once by the gateway, of the types it asked for, and at every connect."""

import asyncio

import pytest
from pika.exceptions import UnroutableError

from synergy_chassis.bus.asyncio_listener import Listener

from .conftest import publish, stored_event


async def until(heard: list[int], count: int) -> None:
    async with asyncio.timeout(40):
        while len(heard) < count:  # noqa: ASYNC110 (what is heard is a list)
            await asyncio.sleep(0.02)


def test_the_gateway_hears_the_events_it_asks_for_and_at_its_connect_that_it_may_have_missed_some(vhost):
    heard: list[int] = []

    def tell(key: str) -> None:
        publish(vhost.amqp_url("relay-auth"), "auth.events", stored_event(1, 0), user="relay-auth", key=key)

    async def steps() -> None:
        listener = Listener(
            vhost.amqp_url("gateway"), exchange="auth.events", keys=["session.*", "user.disabled"],
            on_message=lambda: heard.append(1),
        )  # fmt: skip
        await listener.start()
        try:
            await until(heard, 1)
            await asyncio.sleep(0.2)
            for key in ("session.revoked", "user.disabled"):
                await asyncio.to_thread(tell, key)
            with pytest.raises(UnroutableError):  # nobody asked for it
                await asyncio.to_thread(tell, "user.updated")
            await until(heard, 3)
        finally:
            await listener.stop()

    asyncio.run(steps())

    assert 3 == len(heard)
