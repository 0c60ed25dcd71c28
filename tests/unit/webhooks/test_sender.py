"""The sender's parts depend on each other: when one ends unexpectedly, so does the whole, for its supervisor."""

import asyncio
import ssl
from asyncio import sslproto
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID

import pytest

from synergy_webhooks.delivery import program
from synergy_webhooks.delivery import sender as sending
from synergy_webhooks.delivery.connections import MOST_KEPT, TLS_BUFFER, read_less
from synergy_webhooks.delivery.ledger import Result
from synergy_webhooks.delivery.parcel import Outcome, Parcel
from synergy_webhooks.delivery.recorder import UNTOLD, Recorder
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


KEY = (UUID(int=1), "project-1")
SOON = 30


def a_parcel(sure_until: float) -> Parcel:
    return Parcel(
        webhook_id=KEY[0], lane=KEY[1], delivery_id=UUID(int=2), event_id=UUID(int=3), event_type="task.created",
        sequence=1, format="standard", body=b"{}", url="https://receiver.example/", keys=(),
        issued_at=datetime(2026, 1, 1, tzinfo=UTC), sure_until=sure_until,
    )  # fmt: skip


class OneParcel(IdleLedger):
    """One lane waits; its lease is not renewed, for the database is away."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.ends = monotonic() + seconds
        self._parcels = [a_parcel(self.ends)]
        self.claimed_again = asyncio.Event()

    async def claim(self, _room: int) -> list[Any]:
        parcels, self._parcels = self._parcels, []
        if not parcels:
            self.claimed_again.set()
        return parcels

    async def renew(self, _held: set[Any], *, host: str) -> set[Any]:
        raise ConnectionRefusedError("no database")


class OneLane(OneParcel):
    """One lane waits; what is recorded of it is kept."""

    def __init__(self) -> None:
        super().__init__(SOON)
        self.recorded: asyncio.Future[Result] = asyncio.get_running_loop().create_future()

    async def renew(self, held: set[Any], *, host: str) -> set[Any]:
        return held

    async def record(self, results: Any) -> tuple[dict[Any, Parcel], list[Any]]:
        self.recorded.set_result(results[0])
        return {}, []


def recorded(kind: type[OneLane], post: Callable[[Parcel], Awaitable[Outcome]]) -> Outcome:
    """What such a ledger is told of the one attempt."""

    async def told() -> Outcome:
        ledger = kind()
        sender = sends(ledger, post)
        running = asyncio.create_task(sender.run())
        outcome = (await ledger.recorded).outcome
        sender.stop()
        await running
        return outcome

    return asyncio.run(asyncio.wait_for(told(), SOON))


def test_an_attempt_that_breaks_unexpectedly_is_recorded_as_a_failure():
    async def breaks(_parcel: Parcel) -> Outcome:
        raise Bug("attempt")

    outcome = recorded(OneLane, breaks)

    assert (None, False, "The attempt failed (Bug).") == (outcome.status_code, outcome.success, outcome.error)


class Particular(OneLane):
    """A ledger that takes no answers with words."""

    async def record(self, results: Any) -> tuple[dict[Any, Parcel], list[Any]]:
        if any(result.outcome.response_body or result.outcome.address for result in results):
            raise Bug("record")
        return await super().record(results)


@pytest.mark.parametrize(("code", "error"), [(200, None), (400, UNTOLD)])
def test_an_attempt_that_cannot_be_recorded_is_recorded_without_its_words(code, error):
    async def post(parcel: Parcel) -> Outcome:
        return Outcome(at=parcel.issued_at, duration_ms=1, status_code=code, response_body="odd", address="odd")

    outcome = recorded(Particular, post)

    assert (code, error, None) == (outcome.status_code, outcome.error, outcome.response_body)


class SlowAfterAnOutage(OneParcel):
    """Its database comes back when the lane's lease is over, and is slow at first."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.renewed = asyncio.Event()

    async def renew(self, held: set[Any], *, host: str) -> set[Any]:
        if monotonic() < self.ends:
            raise ConnectionRefusedError("no database")
        await asyncio.sleep(3 * sending.SHORTEST)
        self.renewed.set()
        return held


class Posting:
    """Attempts that last until they are let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go_at: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    async def __call__(self, _parcel: Parcel) -> Outcome:
        self.begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if not self.let_go_at.done():
                self.let_go_at.set_result(monotonic())
            raise
        raise AssertionError("nobody let it go")


def sends(ledger: Any, post: Any, *, lease: float = 6) -> Sender:
    return Sender(
        claims=ledger, leases=ledger, recorder=Recorder(ledger, disable=nobody), post=post, host="here",
        pace=Pace(renew=0.05, grace=0.1, lease=lease),
    )  # fmt: skip


def test_a_lane_that_is_not_renewed_is_let_go_before_its_lease_ends():
    async def told() -> None:
        ledger = OneParcel(sending.MARGIN + 0.3)
        post = Posting()
        sender = sends(ledger, post)
        running = asyncio.create_task(sender.run())
        assert await post.let_go_at < ledger.ends
        sender.stop()
        await running

    asyncio.run(asyncio.wait_for(told(), SOON))


def test_what_comes_when_its_lease_is_over_is_not_sent():
    async def told() -> None:
        ledger, post = OneParcel(sending.MARGIN / 2), Posting()
        sender = sends(ledger, post)
        running = asyncio.create_task(sender.run())
        await ledger.claimed_again.wait()
        sender.stop()
        await running
        assert not post.begun.is_set()

    asyncio.run(asyncio.wait_for(told(), SOON))


def test_after_an_outage_longer_than_its_leases_a_sender_gives_renewing_its_time():
    async def told() -> None:
        lease = 2 * sending.MARGIN + 5 * sending.SHORTEST
        ledger = SlowAfterAnOutage(lease)
        sender = sends(ledger, Posting(), lease=lease)
        running = asyncio.create_task(sender.run())
        await ledger.renewed.wait()
        sender.stop()
        await running

    asyncio.run(asyncio.wait_for(told(), SOON))


class ManyLanes(IdleLedger):
    """So many lanes wait, each for one attempt."""

    def __init__(self, lanes: int) -> None:
        super().__init__()
        self._lanes = [f"project-{number}" for number in range(lanes)]
        self.rooms: list[int] = []
        self.asked_twice = asyncio.Event()

    async def claim(self, room: int) -> list[Any]:
        self.rooms.append(room)
        if len(self.rooms) == 2:
            self.asked_twice.set()
        given, self._lanes = self._lanes[:room], self._lanes[room:]
        return [replace(a_parcel(monotonic() + 60), lane=lane) for lane in given]

    async def renew(self, held: set[Any], *, host: str) -> set[Any]:
        return held


def test_of_many_that_wait_a_few_are_claimed_first_and_then_the_others_at_once():
    async def told() -> None:
        ledger, post = ManyLanes(60), Posting()
        sender = sends(ledger, post)
        sender._pace = Pace(slots=100, first=10, busy=5)
        running = asyncio.create_task(sender.run())
        await ledger.asked_twice.wait()
        assert [10, 90] == ledger.rooms
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(asyncio.wait_for(told(), 4))


def test_a_tls_connection_reads_into_no_more_than_a_record_takes():
    before = sslproto.SSLProtocol.max_size
    try:
        read_less()
        loop = asyncio.new_event_loop()
        context = ssl.create_default_context()
        made: Any = sslproto.SSLProtocol(loop, asyncio.Protocol(), context, loop.create_future(), server_hostname="a")
        assert TLS_BUFFER == len(made._ssl_buffer)
        loop.close()
    finally:
        sslproto.SSLProtocol.max_size = before


def test_its_connections_may_be_open_whatever_it_is_started_with(monkeypatch):
    told: list[int] = []
    monkeypatch.setattr(program, "allow_open_files", told.append)
    monkeypatch.setattr(asyncio, "run", lambda main: main.close())
    nothing: Any = None

    program.send(nothing)

    assert [True] == [wanted > Pace().slots + MOST_KEPT for wanted in told]
