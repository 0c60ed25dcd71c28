"""Claims lanes, works each in a task of its own, renews their leases, and stops without leaving anything half done."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

import structlog

from synergy_webhooks.delivery import measures
from synergy_webhooks.delivery.ledger import LEASE, Ledger, Result
from synergy_webhooks.delivery.link import AWAY
from synergy_webhooks.delivery.parcel import LaneKey, Outcome, Parcel
from synergy_webhooks.delivery.recorder import Recorder

LONGEST_PAUSE: Final = 1.0
"""Seconds between two tries while the database is away."""
SHORTEST: Final = 0.1
"""Seconds a try to renew is given at least."""
MARGIN: Final = 1.0
"""Seconds before its lease ends that a lane is let go, so that what is under way has ended when another takes it."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """
    How much at once, and how often (seconds). Of what waits, the `first` are claimed before all others; `turns`
    deliveries of one lane are sent before it is offered to all again.
    """

    slots: int = 400
    first: int = 25
    busy: float = 0.025
    idle: float = 0.25
    renew: float = 1.5
    lease: float = LEASE.total_seconds()
    grace: float = 16.0
    turns: int = 100


class Sender:
    """
    One sender process. `post` makes an attempt; `claims` and `leases` are ledgers on connections of their own, so
    that a slow
    commit delays no renewal.
    """

    def __init__(
        self,
        *,
        claims: Ledger,
        leases: Ledger,
        recorder: Recorder,
        post: Callable[[Parcel], Awaitable[Outcome]],
        host: str,
        pace: Pace = Pace(),
    ) -> None:
        self._claims = claims
        self._leases = leases
        self._recorder = recorder
        self._post = post
        self._host = host
        self._pace = pace
        self._working: dict[LaneKey, asyncio.Task[None]] = {}
        self._posting: set[LaneKey] = set()
        self._sure_until: dict[LaneKey, float] = {}
        self._look = asyncio.Event()
        self._stopping = asyncio.Event()

    def wake(self) -> None:
        """There may be something to send: look now."""
        self._look.set()

    def stop(self) -> None:
        """Claim no more, finish what is in flight, return from `run`."""
        self._stopping.set()
        self._look.set()

    async def run(self) -> None:
        """
        Sends until `stop`. Whatever unexpected ends the claiming, recording or renewing is raised, for a supervisor to
        start the process again: without one of them nothing would be sent, or twice.
        """
        measures.watch(lambda: len(self._posting))
        claiming = asyncio.create_task(self._claim())
        recording = asyncio.create_task(self._recorder.run())
        renewing = asyncio.create_task(self._renew())
        parts = (claiming, recording, renewing)
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in done:
                part.result()
            await self._finish()
        finally:
            for task in (*self._working.values(), *parts):
                task.cancel()
            await asyncio.gather(*self._working.values(), *parts, return_exceptions=True)
        await self._leave()

    async def _claim(self) -> None:
        """Of many that wait, a few are claimed first: these are being sent while the others are read."""
        wait, few = self._pace.busy, True
        while not self._stopping.is_set():
            self._look.clear()
            try:
                room = self._pace.slots - len(self._working)
                wanted = min(room, self._pace.first) if few else room
                parcels = await self._claims.claim(wanted) if wanted > 0 else []
            except AWAY as error:
                log.warning("database-away", error=str(error).strip()[:300])
                await self._pause(min(LONGEST_PAUSE, wait * 4))
                wait = min(LONGEST_PAUSE, wait * 2)
                continue
            for parcel in parcels:
                self._working[parcel.lane_key] = asyncio.create_task(self._work(parcel))
            few = not few or len(parcels) < wanted or wanted == room
            if few:
                wait = self._pace.busy if parcels else min(self._pace.idle, wait * 1.5)
                await self._pause(wait)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._look.wait()
        except TimeoutError:
            return

    async def _work(self, parcel: Parcel) -> None:
        """One lane: its deliveries one after the other, until none is left, one fails, or the lane's turn is over."""
        key = parcel.lane_key
        following: Parcel | None = parcel
        try:
            for turn in range(1, self._pace.turns + 1):
                if following is None:
                    return
                self._ours_until(key, following.sure_until)
                if self._over(key):  # it came too late
                    log.warning("lane-let-go", webhook_id=str(key[0]), lane=key[1])
                    return
                outcome = await self._attempt(following)
                measures.attempted(outcome)
                keep = turn < self._pace.turns and not self._stopping.is_set()
                following = await self._recorder.record(Result(parcel=following, outcome=outcome, keep=keep))
        except asyncio.CancelledError:
            log.warning("lane-let-go", webhook_id=str(key[0]), lane=key[1])
            raise
        finally:
            self._working.pop(key, None)
            self._sure_until.pop(key, None)
            self._look.set()

    async def _attempt(self, parcel: Parcel) -> Outcome:
        """What came of it. What nobody expected is a failure too: without a record it would be sent again for ever."""
        begun = monotonic()
        self._posting.add(parcel.lane_key)
        try:
            return await self._post(parcel)
        except Exception as error:
            log.exception("attempt-broke", delivery_id=str(parcel.delivery_id))
            return Outcome(
                at=parcel.issued_at,
                duration_ms=round((monotonic() - begun) * 1000),
                error=f"The attempt failed ({type(error).__name__}).",
            )
        finally:
            self._posting.discard(parcel.lane_key)

    async def _renew(self) -> None:
        """
        Renews leases and says that this sender lives. A lane that cannot be renewed in time is let go before another
        takes it.
        """
        while True:
            held, begun = set(self._working), monotonic()
            patience = min(self._pace.lease - 2 * MARGIN, self._first_to_go() - begun)
            try:
                async with asyncio.timeout(max(SHORTEST, patience)):
                    mine = await self._leases.renew(held, host=self._host)
            except AWAY as error:
                log.warning("leases-not-renewed", error=(str(error).strip() or type(error).__name__)[:300])
                self._let_go({key for key in self._posting if self._over(key)})
                pause = min(LONGEST_PAUSE, self._pace.renew, self._first_to_go() - monotonic())
                await asyncio.sleep(max(SHORTEST, pause))
                continue
            for key in mine & set(self._working):
                self._ours_until(key, begun + self._pace.lease)
            self._let_go((held - mine) & set(self._posting))
            await asyncio.sleep(self._pace.renew)

    def _ours_until(self, key: LaneKey, sure_until: float) -> None:
        """Leases only grow longer."""
        self._sure_until[key] = max(sure_until, self._sure_until.get(key, sure_until))

    def _over(self, key: LaneKey) -> bool:
        return monotonic() >= self._sure_until[key] - MARGIN

    def _first_to_go(self) -> float:
        """When the first of the lanes in flight has to be let go, unless it is renewed."""
        in_flight = (self._sure_until[key] for key in self._posting)
        return min(in_flight, default=monotonic() + self._pace.lease) - MARGIN

    def _let_go(self, lanes: set[LaneKey]) -> None:
        for key in lanes:
            if key in self._posting:
                self._working[key].cancel()

    async def _finish(self) -> None:
        if self._working:
            log.info("finishing", in_flight=len(self._working))
            await asyncio.wait(list(self._working.values()), timeout=self._pace.grace)

    async def _leave(self) -> None:
        try:
            await self._leases.leave()
        except AWAY as error:
            log.warning("left-without-a-word", error=str(error).strip()[:300])
        await asyncio.gather(self._claims.close(), self._leases.close())
