"""The sender's parts depend on each other: when one ends unexpectedly, so does the whole, for its supervisor."""

import asyncio
from typing import Any

import pytest

from synergy_webhooks.delivery import sender as sending
from synergy_webhooks.delivery.recorder import Recorder
from synergy_webhooks.delivery.sender import Pace, Sender


class Bug(Exception):
    """Something nobody expected."""


class IdleLedger:
    """A ledger in which nothing waits; the method named `broken` raises."""

    def __init__(self, broken: str = "") -> None:
        self._broken = broken

    async def claim(self, _room: int) -> list[Any]:
        return self._unless("claim") or []

    async def renew(self, _held: set[Any], *, host: str) -> set[Any]:
        return self._unless("renew") or set()

    async def leave(self) -> None:
        """Nothing to take away."""

    async def close(self) -> None:
        """Nothing to close."""

    def _unless(self, method: str) -> None:
        if method == self._broken:
            raise Bug(method)


class BrokenRecorder(Recorder):
    async def run(self) -> None:
        raise Bug("record")


async def nobody(_: Any) -> Any:
    raise AssertionError("there is nothing to send")


def a_sender(broken: str = "") -> Sender:
    ledger: Any = IdleLedger(broken)
    recorder = (BrokenRecorder if broken == "record" else Recorder)(ledger, disable=nobody)
    return Sender(claims=ledger, leases=ledger, recorder=recorder, post=nobody, host="here", pace=Pace(renew=0.01))


@pytest.mark.parametrize("broken", ["claim", "renew", "record"])
def test_a_part_that_breaks_ends_the_sender(broken):
    with pytest.raises(Bug, match=broken):
        asyncio.run(asyncio.wait_for(a_sender(broken).run(), 5))


def test_a_sender_without_work_stops_when_told():
    async def told() -> None:
        sender = a_sender()
        asyncio.get_running_loop().call_later(0.1, sender.stop)
        await sender.run()

    asyncio.run(asyncio.wait_for(told(), 5))


class LedgerAfterAnOutage(IdleLedger):
    """Its database comes back after longer than a lease lasts, and is slow at first."""

    def __init__(self, clock: list[float]) -> None:
        super().__init__()
        self._clock = clock
        self.renewed = asyncio.Event()

    async def renew(self, held: set[Any], *, host: str) -> set[Any]:
        if not self._clock[0]:
            self._clock[0] += 20
            raise ConnectionRefusedError("no database")
        await asyncio.sleep(0.5)
        self.renewed.set()
        return held


def test_after_an_outage_longer_than_its_leases_a_sender_gives_renewing_its_time(monkeypatch: pytest.MonkeyPatch):
    clock = [0.0]
    monkeypatch.setattr(sending, "monotonic", lambda: clock[0])

    async def told() -> None:
        ledger: Any = LedgerAfterAnOutage(clock)
        recorder = Recorder(ledger, disable=nobody)
        sender = Sender(
            claims=ledger, leases=ledger, recorder=recorder, post=nobody, host="here", pace=Pace(renew=0.01)
        )
        running = asyncio.create_task(sender.run())
        await ledger.renewed.wait()
        sender.stop()
        await running

    asyncio.run(asyncio.wait_for(told(), 5))
