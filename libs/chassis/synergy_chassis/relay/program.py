"""Lead or stand by; read the log behind the barrier, publish, confirm, advance."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import psycopg
import structlog

from synergy_chassis.clock import new_id
from synergy_chassis.metrics import Address, introduce
from synergy_chassis.metrics.asyncio_server import served
from synergy_chassis.relay import measures
from synergy_chassis.relay.again import done_beside
from synergy_chassis.relay.counters import Counters
from synergy_chassis.relay.ledger import Lease, Ledger, OutgoingEvent
from synergy_chassis.relay.pruning import pruning
from synergy_chassis.relay.publisher import ConfirmedPublisher, NotConfirmed
from synergy_chassis.relay.sealing import Sealing, sealed

log = structlog.get_logger(__name__)

LEASE: Final = 4.0
RENEW_EVERY: Final = 1.0
TRY_EVERY: Final = 0.5
"""Seconds: how long leadership lasts unrenewed, how often it is renewed, how often a standby tries to take it."""
BATCH: Final = 500
BUSY_WAIT: Final = 0.1
IDLE_WAIT: Final = 0.5
BUSY_FOR: Final = 5.0
"""Seconds between two looks at the log that nobody asked for by a notification: short for a while after an event."""
LONGEST_WAIT: Final = 1.0
"""Seconds between two attempts while the database or the broker is away."""
RESEND_AFTER: Final = 0.2
"""Seconds before a batch is sent again that was not confirmed."""
AWAY: Final = (psycopg.Error, OSError, TimeoutError)


class Relay:
    """
    Publishes the events of `source` while it leads. At least once: a batch whose confirms were lost, or whose
    checkpoint was not moved, is sent again. In order, and by one leader: another's checkpoint cannot be moved.
    """

    def __init__(self, *, database_url: str, amqp_url: str, source: str) -> None:
        self.counters = Counters()
        self._database_url = database_url
        self._source = source
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{new_id()}"
        self._publisher = ConfirmedPublisher(amqp_url, source=source, counters=self.counters)
        self._stopping = asyncio.Event()
        self._last_event = -BUSY_FOR

    def stop(self) -> None:
        """Finish the batch in hand, give leadership up, and return from `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Relay until `stop`; waits for the database and the broker as long as it takes."""
        await self._publisher.start()
        wait = 0.1
        try:
            while not self._stopping.is_set():
                try:
                    await self._stand_by()
                    wait = 0.1
                except AWAY as error:
                    log.warning("database-away", error=f"{type(error).__name__}: {error}"[:300], retry_in=wait)
                    await self._pause(wait)
                    wait = min(LONGEST_WAIT, wait * 2)
        finally:
            await self._publisher.stop()

    async def _stand_by(self) -> None:
        """Take the lease when it is free, and lead."""
        async with Ledger(self._database_url, application_name=f"{self._source} relay lease") as ledger:
            while not self._stopping.is_set():
                lease = await ledger.acquire(self._holder, LEASE)
                if lease is None:
                    await self._pause(TRY_EVERY)
                    continue
                self.counters.led += 1
                self.counters.leading = True
                log.info("relay-leads", fence=lease.token, position=lease.position)
                await self._lead(ledger, lease)

    async def _lead(self, ledger: Ledger, lease: Lease) -> None:
        """Publish while the lease can be renewed."""
        renewing = asyncio.create_task(self._renew(ledger, lease))
        publishing = asyncio.create_task(self._publish(lease))
        try:
            done, _ = await asyncio.wait({renewing, publishing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.counters.leading = False
            for task in (renewing, publishing):
                task.cancel()
            await asyncio.gather(renewing, publishing, return_exceptions=True)
        if publishing in done and publishing.exception() is None and self._stopping.is_set():
            with suppress(*AWAY):
                await ledger.release(lease)
        for task in done:
            task.result()

    async def _renew(self, ledger: Ledger, lease: Lease) -> None:
        """Returns when another leads."""
        leads = True
        while leads:
            await asyncio.sleep(RENEW_EVERY)
            leads = await ledger.renew(lease, LEASE, patience=LEASE - RENEW_EVERY)
        log.warning("relay-leads-no-more", fence=lease.token)

    async def _publish(self, lease: Lease) -> None:
        """Returns when another leads, or when told to stop."""
        checkpoint = cursor = self.counters.position = lease.position
        async with Ledger(
            self._database_url, application_name=f"{self._source} relay", waits=self.counters.barrier
        ) as ledger:
            await ledger.listen()  # before the first look: what is stored in between is heard
            while await self._something_after(cursor, ledger):
                events, read_to = await ledger.after(cursor, BATCH)
                if events:
                    if not await self._confirmed(events, after=cursor):
                        continue
                    if not await ledger.advance(lease, checkpoint, read_to):
                        log.warning("relay-leads-no-more", fence=lease.token)
                        return
                    checkpoint = read_to
                    self._last_event = asyncio.get_running_loop().time()
                cursor = self.counters.position = read_to

    async def _something_after(self, cursor: int, ledger: Ledger) -> bool:
        """Waits until a writer was given a position after `cursor`; False when told to stop."""
        while not self._stopping.is_set():
            self.counters.head = await ledger.last_handed_out()
            if self.counters.head > cursor:
                return True
            busy = asyncio.get_running_loop().time() - self._last_event < BUSY_FOR
            await ledger.heard(BUSY_WAIT if busy else IDLE_WAIT)
        return False

    async def _confirmed(self, events: Sequence[OutgoingEvent], *, after: int) -> bool:
        """Whether the broker has them all; after a pause when not, for the same ones to be read and sent again."""
        try:
            await self._publisher.publish(events)
        except NotConfirmed as error:
            self.counters.resent += 1
            log.warning("batch-not-confirmed", after=after, events=len(events), error=str(error))
            await self._pause(RESEND_AFTER)
            return False
        return True

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


def run(
    *,
    database_url: str,
    amqp_url: str,
    source: str,
    sealing: Sealing | None = None,
    metrics: Address | None = None,
) -> None:
    """
    Relay the log of `source` until SIGTERM or SIGINT; then finish the batch in hand and return.

    `database_url` is a direct connection as the service's role, `amqp_url` one as `relay-<source>` (else ValueError).
    What is counted is served at `metrics`. Beside it the log is sealed as `sealing` says (without it, it is not), and
    old outcomes of commands are forgotten.
    """

    async def main() -> None:
        relay = Relay(database_url=database_url, amqp_url=amqp_url, source=source)
        stopping = threading.Event()

        def stop() -> None:
            stopping.set()
            relay.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        introduce(source, "relay")
        measures.watch(source, relay.counters)
        seals = sealed(sealing or Sealing(every=0), database_url=database_url, source=source, counters=relay.counters)
        prunes = pruning(database_url=database_url, source=source, counters=relay.counters)
        async with served(metrics), done_beside(*seals, prunes, stopping=stopping):
            await relay.run()
        log.info("relay-stopped", published=relay.counters.confirmed, unroutable=relay.counters.unroutable)

    asyncio.run(main())
