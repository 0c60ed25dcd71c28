"""The sender as a process: `python -m synergy_webhooks send`."""

import asyncio
import gc
import random
import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import structlog
from sqlalchemy import Connection

from synergy_chassis.clock import Clock, SystemClock, new_id
from synergy_chassis.metrics import Address, introduce
from synergy_chassis.metrics.asyncio_server import served
from synergy_chassis.open_files import allow_open_files
from synergy_chassis.sealing import Sealer
from synergy_chassis.store import CommandContext, StoreUnavailable, UnitOfWork, engine
from synergy_webhooks.addresses.names import Names
from synergy_webhooks.delivery.attempt import Poster
from synergy_webhooks.delivery.connections import MOST_KEPT, read_less
from synergy_webhooks.delivery.forgetting import forget
from synergy_webhooks.delivery.ledger import Disabling, Ledger
from synergy_webhooks.delivery.link import Link
from synergy_webhooks.delivery.listening import listen
from synergy_webhooks.delivery.recorder import Recorder
from synergy_webhooks.delivery.sender import Pace, Sender
from synergy_webhooks.delivery.telling import EVERY, tell_owners
from synergy_webhooks.domain.backoff import Schedule
from synergy_webhooks.domain.commands import DisableWebhook, NoteFailure
from synergy_webhooks.handlers import disable_webhook, note_failure
from synergy_webhooks.settings import SECRETS, Settings
from synergy_webhooks.tables import WAKE_UP

GARBAGE: Final = 20_000
"""New objects after which some are looked for that nothing leads to."""

SPARE_FILES: Final = 256
"""Open files beside the connections to receivers."""

log = structlog.get_logger(__name__)


class Program:
    """A sender with everything it needs, from settings. `names`, `schedule`, `pace`, `tells_every` are for tests."""

    def __init__(
        self,
        settings: Settings,
        *,
        position: Callable[[Connection], int],
        clock: Clock | None = None,
        names: Names | None = None,
        schedule: Schedule = Schedule(),
        pace: Pace = Pace(),
        tells_every: float = EVERY,
    ) -> None:
        self._url = settings.database_url
        self._clock = clock or SystemClock()
        self._position = position
        self._names = names or Names()
        self._engine = engine(settings.database_url, pool_size=1, application_name="webhooks sender: disable")
        self._sealer = Sealer(settings.secret_key, purpose=SECRETS)
        self._policy = settings.policy
        self._bodies_kept = settings.bodies_kept
        self._schedule = schedule
        self._pace = pace
        self._tells_every = tells_every
        self._sender: Sender | None = None

    def stop(self) -> None:
        """Finish what is in flight and return from `run`."""
        if self._sender:
            self._sender.stop()

    async def run(self) -> None:
        """Sends until `stop`."""
        sender_id = new_id()
        chance = random.SystemRandom().random
        ledgers = {
            purpose: Ledger(sender_id, Link(self._url, purpose=purpose), schedule=self._schedule, chance=chance)
            for purpose in ("claims", "records", "leases")
        }
        poster = Poster(policy=self._policy, resolve=self._names, sealer=self._sealer, clock=self._clock)
        self._sender = Sender(
            claims=ledgers["claims"],
            leases=ledgers["leases"],
            recorder=Recorder(ledgers["records"], disable=self._disable),
            post=poster,
            host=socket.gethostname(),
            pace=self._pace,
        )
        ears = Link(self._url, purpose="listens")
        mouth, broom = Link(self._url, purpose="tells"), Link(self._url, purpose="forgets")
        beside = [
            asyncio.create_task(listen(ears, WAKE_UP, self._sender.wake)),
            asyncio.create_task(tell_owners(mouth, self._note, every=self._tells_every)),
            asyncio.create_task(forget(broom, self._bodies_kept)),
        ]
        log.info("sender-started", sender_id=str(sender_id))
        try:
            await self._sender.run()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await asyncio.gather(ears.close(), mouth.close(), broom.close())
            await ledgers["records"].close()
            await poster.close()
            self._names.close()
            self._engine.dispose()
        log.info("sender-stopped", sender_id=str(sender_id))

    async def _disable(self, one: Disabling) -> None:
        """
        Switches a subscription off, in a thread: the store's door is synchronous. Not now is no harm, the next
        attempt tells again.
        """
        command = DisableWebhook(webhook_id=one.webhook_id, reason=one.reason)
        try:
            await asyncio.to_thread(partial(disable_webhook, command, **self._stored()))
        except StoreUnavailable as error:
            log.warning("not-disabled-yet", webhook_id=str(one.webhook_id), error=str(error)[:300])
        else:
            log.info("webhook-disabled", webhook_id=str(one.webhook_id), reason=one.reason)

    async def _note(self, command: NoteFailure) -> None:
        """Likewise: who is not told now, is at the next look."""
        try:
            await asyncio.to_thread(partial(note_failure, command, **self._stored()))
        except StoreUnavailable as error:
            log.warning("owner-not-told-yet", webhook_id=str(command.webhook_id), error=str(error)[:300])

    def _stored(self) -> dict[str, Any]:
        context = CommandContext(command_id=new_id(), actor_id=None, request_id=None)
        return {"context": context, "uow": UnitOfWork(self._engine, self._clock), "position": self._position}


def send(program: Program, *, metrics: Address | None = None) -> None:
    """Runs until SIGTERM or SIGINT. What is counted is served at `metrics`."""

    async def main() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, program.stop)
        introduce("webhooks", "send")
        gc.freeze()  # what has been loaded stays
        gc.set_threshold(GARBAGE)  # hundreds of attempts under way are no garbage: to look for some stops them all
        async with served(metrics):
            await program.run()

    allow_open_files(Pace().slots + MOST_KEPT + SPARE_FILES)
    read_less()
    asyncio.run(main())
