"""Two senders' ledgers on one database: whose a lane is, and until when."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from integration.webhooks.steps import BOB, QUICK, World, some_events

from synergy_chassis.clock import SystemClock, new_id
from synergy_webhooks.delivery.ledger import OF_OWNER, Ledger, Result
from synergy_webhooks.delivery.link import Link
from synergy_webhooks.delivery.parcel import Outcome

LEASE = timedelta(minutes=5)
URL = "https://hooks.example/"


@pytest.fixture
def hook(world: World) -> UUID:
    """One lane waits."""
    world.names["hooks.example"] = ["8.8.8.8"]
    hook: UUID = world.webhook(URL)["id"]
    some_events(world, tasks=1)
    return hook


def with_two(world: World, test: Callable[[Ledger, Ledger], Awaitable[None]]) -> None:
    """Runs `test` with the ledgers of two senders."""

    async def run() -> None:
        two = [
            Ledger(new_id(), Link(world.url, purpose="tests"), schedule=QUICK, chance=lambda: 0.0, lease=LEASE)
            for _ in range(2)
        ]
        try:
            await test(*two)
        finally:
            for ledger in two:
                await ledger.close()

    asyncio.run(asyncio.wait_for(run(), 60))


def seconds_left(world: World) -> float:
    (left,) = world.sql("SELECT extract(epoch FROM leased_until - clock_timestamp())::float FROM lanes")[0]
    return float(left)


def passes(world: World, span: timedelta) -> None:
    """So much of the lease is over."""
    world.sql("UPDATE lanes SET leased_until = leased_until - :span", span=span)


def success() -> Outcome:
    return Outcome(at=SystemClock().now(), duration_ms=1, status_code=200)


def test_a_lane_whose_lease_is_renewed_is_nobody_else_s_and_when_renewing_stops_it_is(world: World, hook: UUID):
    async def test(mine: Ledger, other: Ledger) -> None:
        (parcel,) = await mine.claim(10)
        assert await other.claim(10) == []

        for _ in range(3):
            passes(world, LEASE * 0.9)
            assert seconds_left(world) < LEASE.total_seconds() * 0.2
            assert await mine.renew([parcel.lane_key], host="here") == {parcel.lane_key}
            assert seconds_left(world) > LEASE.total_seconds() * 0.9
            assert await other.claim(10) == []

        passes(world, LEASE)
        (taken,) = await other.claim(10)
        assert (parcel.delivery_id, parcel.event_id) == (taken.delivery_id, taken.event_id)
        assert await mine.renew([parcel.lane_key], host="here") == set(), "it is told so"
        assert await mine.claim(10) == []

    with_two(world, test)


def test_a_lease_is_nobody_else_s_to_renew_or_to_give_back(world: World, hook: UUID):
    async def test(mine: Ledger, other: Ledger) -> None:
        (parcel,) = await mine.claim(10)

        assert await other.renew([parcel.lane_key], host="there") == set()
        await other.release([parcel.lane_key])

        assert await other.claim(10) == []
        await mine.release([parcel.lane_key])
        assert [parcel.delivery_id] == [taken.delivery_id for taken in await other.claim(10)]

    with_two(world, test)


def test_a_success_that_is_recorded_late_counts_and_leaves_the_lane_to_who_has_it(world: World, hook: UUID):
    async def test(mine: Ledger, other: Ledger) -> None:
        (parcel,) = await mine.claim(10)
        passes(world, LEASE)
        (taken,) = await other.claim(10)

        following, _ = await mine.record([Result(parcel=parcel, outcome=success(), keep=True)])
        assert following == {}
        assert ["success", "pending"] == world.statuses(hook)
        assert await other.renew([taken.lane_key], host="there") == {taken.lane_key}
        following, _ = await other.record([Result(parcel=taken, outcome=success(), keep=True)])

        first, second = world.deliveries(hook)
        assert [second["id"]] == [parcel.delivery_id for parcel in following.values()], "it goes on with the next"
        assert ["success", "pending"] == world.statuses(hook)
        assert [1, 0] == [len(delivery["attempts"]) for delivery in (first, second)]
        assert await mine.claim(10) == []

    with_two(world, test)


def refusal() -> Outcome:
    return Outcome(at=SystemClock().now(), duration_ms=1, status_code=400, retry_after=timedelta(minutes=2))


def test_a_lane_that_failed_rests_though_others_of_its_endpoint_are_taken(world: World, hook: UUID):
    world.project(2)
    world.follow()

    async def test(mine: Ledger, _: Ledger) -> None:
        bad, good = sorted(await mine.claim(10), key=lambda parcel: parcel.lane_key)
        await mine.record([Result(parcel=bad, outcome=refusal(), keep=False)])
        await mine.record([Result(parcel=good, outcome=success(), keep=False)])

        assert await mine.claim(10) == [], "the endpoint is well, and the lane still rests"
        (waiting,) = world.deliveries(hook, status="retrying")
        assert waiting["next_attempt_at"] > SystemClock().now() + timedelta(minutes=1)
        world.sql("UPDATE lanes SET rests_until = clock_timestamp()")
        (again,) = await mine.claim(10)
        assert bad.delivery_id == again.delivery_id

    with_two(world, test)


def test_a_lane_that_has_not_failed_tells_first_whether_an_endpoint_is_well_again(world: World, hook: UUID):
    async def test(mine: Ledger, _: Ledger) -> None:
        (bad,) = await mine.claim(10)
        await mine.record([Result(parcel=bad, outcome=refusal(), keep=False)])
        world.project(2)
        world.follow()
        assert await mine.claim(10) == [], "all of it rests"
        world.sql("UPDATE lanes SET rests_until = clock_timestamp() WHERE rests_until IS NOT NULL")
        world.sql("UPDATE endpoints SET resume_at = clock_timestamp()")

        (probe,) = await mine.claim(10)
        assert probe.lane_key != bad.lane_key
        await mine.record([Result(parcel=probe, outcome=success(), keep=False)])
        (again,) = await mine.claim(10)
        assert bad.delivery_id == again.delivery_id

    with_two(world, test)


def test_endpoints_of_one_owner_leave_room_for_those_of_others(world: World):
    world.names["hooks.example"] = ["8.8.8.8"]
    for _ in range(3):
        world.webhook(URL, ordered=False)
    other = world.webhook(URL, owner=BOB)["id"]
    some_events(world, tasks=80)
    world.project(2, owner=BOB)
    world.follow()

    async def test(mine: Ledger, another: Ledger) -> None:
        claimed = await mine.claim(400)
        of_bob = [parcel for parcel in claimed if parcel.webhook_id == other]
        assert (OF_OWNER, 1) == (len(claimed) - len(of_bob), len(of_bob))
        assert await another.claim(400) == []

    with_two(world, test)
