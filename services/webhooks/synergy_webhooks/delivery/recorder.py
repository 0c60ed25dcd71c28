"""Puts attempts on record, as many at once as have ended while the last commit was under way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

import structlog

from synergy_webhooks.delivery.ledger import Disabling, Ledger, Result
from synergy_webhooks.delivery.link import AWAY
from synergy_webhooks.delivery.parcel import LaneKey, Parcel

MOST: Final = 200
"""Attempts recorded in one transaction."""

LONGEST_PAUSE: Final = 1.0
"""Seconds between two tries while the database is away."""

UNTOLD: Final = "What came of the attempt could not be recorded; the sender's log says why."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    result: Result
    following: "asyncio.Future[Parcel | None]"


class Recorder:
    """
    `record` returns when the attempt is committed. While the database is away it waits: what was sent is not
    forgotten.
    """

    def __init__(self, ledger: Ledger, *, disable: Callable[[Disabling], Awaitable[None]]) -> None:
        self._ledger = ledger
        self._disable = disable
        self._entries: asyncio.Queue[_Entry] = asyncio.Queue()

    async def record(self, result: Result) -> Parcel | None:
        """The next parcel of the lane, if it goes on."""
        entry = _Entry(result, asyncio.get_running_loop().create_future())
        self._entries.put_nowait(entry)
        return await entry.following

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            batch = [await self._entries.get()]
            while len(batch) < MOST and not self._entries.empty():
                batch.append(self._entries.get_nowait())
            await self._write(batch)

    async def _write(self, batch: list[_Entry]) -> None:
        """
        Commits the batch; if it cannot be recorded as a whole, each attempt alone, and what cannot even so is logged
        and recorded without its words.
        """
        try:
            following, disabling = await self._committed([entry.result for entry in batch])
        except Exception:
            if len(batch) > 1:
                for entry in batch:
                    await self._write([entry])
                return
            log.exception("attempt-not-recorded", delivery_id=str(batch[0].result.parcel.delivery_id))
            following, disabling = await self._without_words(batch[0].result)
        for entry in batch:
            if not entry.following.done():
                entry.following.set_result(following.get(entry.result.parcel.lane_key))
        for one in disabling:
            await self._disable(one)

    async def _without_words(self, result: Result) -> tuple[dict[LaneKey, Parcel], list[Disabling]]:
        """The code alone decides; an attempt of which nothing is on record would be made again for ever."""
        failed = not result.outcome.success
        bare = replace(result.outcome, error=UNTOLD if failed else None, response_body=None, address=None)
        try:
            return await self._committed([replace(result, outcome=bare)])
        except Exception:
            log.exception("attempt-lost", delivery_id=str(result.parcel.delivery_id))
            return {}, []

    async def _committed(self, results: list[Result]) -> tuple[dict[LaneKey, Parcel], list[Disabling]]:
        pause = 0.05
        while True:
            try:
                return await self._ledger.record(results)
            except AWAY as error:
                log.warning("attempts-not-recorded-yet", attempts=len(results), error=str(error).strip()[:300])
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
