"""Events heard themselves: in order, from the relay alone, and told when some may have been missed."""

import asyncio
from typing import Any

from synergy_chassis.bus.asyncio_hearing import Hearing

from .conftest import publish, stored_event


async def until(heard: list[Any], count: int) -> None:
    async with asyncio.timeout(15):
        while len(heard) < count:  # noqa: ASYNC110 (what is heard is a list)
            await asyncio.sleep(0.01)


def test_events_are_heard_in_order_and_gaps_are_told(vhost):
    heard: list[Any] = []
    gap = "gap"

    def tell(*events: dict[str, Any], user: str = "relay-auth") -> None:
        publish(vhost.amqp_url(user), "auth.events", *events, user=user)

    async def steps() -> None:
        hearing = Hearing(
            vhost.amqp_url("gateway"), source="auth",
            on_event=lambda event: heard.append(event.position), on_gap=lambda: heard.append(gap),
        )  # fmt: skip
        await hearing.start()
        try:
            await until(heard, 1)  # from here on it hears, and nobody knows what was before
            assert hearing.hears
            await asyncio.to_thread(
                tell,
                stored_event(10, 7), stored_event(12, 10), stored_event(10, 7), stored_event(12, 10),  # sent again
                stored_event(13, 12), stored_event(15, 14), stored_event(16, 15),
                stored_event(90, 16, epoch="restored"), stored_event(91, 90, epoch="restored"),
            )  # fmt: skip
            await until(heard, 12)
        finally:
            await hearing.stop()
        assert not hearing.hears

    asyncio.run(steps())

    assert [gap, 10, 12, 10, 12, 13, gap, 15, 16, gap, 90, 91] == heard


def test_what_cannot_be_read_may_have_been_anything(vhost):
    heard: list[Any] = []

    async def steps() -> None:
        hearing = Hearing(
            vhost.amqp_url("gateway"), source="auth",
            on_event=lambda event: heard.append(event.position), on_gap=lambda: heard.append("gap"),
        )  # fmt: skip
        await hearing.start()
        try:
            await until(heard, 1)
            url = vhost.amqp_url("relay-auth")
            await asyncio.to_thread(
                publish, url, "auth.events", stored_event(1, 0), b"{", stored_event(5, 4), user="relay-auth"
            )
            await until(heard, 4)
        finally:
            await hearing.stop()

    asyncio.run(steps())

    assert ["gap", 1, "gap", 5] == heard
