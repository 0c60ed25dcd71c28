"""Ends streams whose session or token is over, though their access token was good when they began."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final
from uuid import UUID

import msgspec
import structlog

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.refusals import Refused
from synergy_contracts.sessions import CheckSessions, OpenSessions
from synergy_gateway.following.subscription import Subscription
from synergy_gateway.revocations import RevokedTokens

log = structlog.get_logger(__name__)

EVERY: Final = 0.25
"""Seconds between two looks at what was revoked."""
ASKED_EVERY: Final = 30.0
"""Seconds between two questions which sessions are over by themselves: for these there is no revocation."""
AT_ONCE: Final = 500
REVOKED: Final = "revoked"
UNKNOWN: Final = "unknown"
OVER: Final = "over"

Ask = Callable[[CheckSessions], Awaitable[msgspec.Raw]]
_open = msgspec.json.Decoder(OpenSessions)


class Watch:
    """
    A token that is revoked ends its streams as soon as the gateway knows, and where it cannot tell for almost five
    seconds, streams end, too: so none outlives its session by more, whatever is down.
    """

    def __init__(self, readers: Callable[[], Iterable[Subscription]], revoked: RevokedTokens, ask: Ask) -> None:
        self._readers = readers
        self._revoked = revoked
        self._ask = ask

    async def keep(self) -> None:
        """Watch until cancelled: what is asked may take its time, and nobody's stream waits for it."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._keep_looking())
            both.create_task(self._keep_asking())

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                self.look()
            except Exception:
                log.exception("streams-not-watched")

    async def _keep_asking(self) -> None:
        while True:
            await asyncio.sleep(ASKED_EVERY)
            try:
                await self.ask()
            except Exception:
                log.exception("sessions-not-checked")

    def look(self) -> None:
        """End those whose tokens hold no more."""
        for one in self._readers():
            holds = self._revoked.holds_still(one.actor.user_id, one.actor.session_id, one.generation)
            if holds is not True:
                one.end(UNKNOWN if holds is None else REVOKED)

    async def ask(self) -> None:
        """End those whose sessions are over, and whose personal tokens."""
        by_session: dict[UUID, list[Subscription]] = {}
        for one in self._readers():
            with suppress(ValueError):
                by_session.setdefault(UUID(one.actor.session_id or ""), []).append(one)
        ids = list(by_session)
        try:
            for first in range(0, len(ids), AT_ONCE):
                asked = ids[first : first + AT_ONCE]
                told = _open.decode(await self._ask(CheckSessions(ids=asked)))
                for over in set(asked) - set(told.ids):
                    for one in by_session[over]:
                        one.end(OVER)
        except (RpcTimeout, RpcUnavailable, Refused, msgspec.MsgspecError) as error:
            log.warning("sessions-not-checked", error=f"{type(error).__name__}: {error}"[:200])
