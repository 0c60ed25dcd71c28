"""Access tokens that hold no more although they have not expired: told by auth, held in memory."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import msgspec
import structlog

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.clock import Clock
from synergy_contracts.refusals import Refused
from synergy_contracts.sessions import ReadRevocations, Revocation, Revocations
from synergy_gateway.problems import Problem

log = structlog.get_logger(__name__)

EVERY: Final = 2.0
"""Seconds between two asks."""
SOONER: Final = 0.5
"""The same after one that was not answered."""
GATHERING: Final = 0.05
"""Seconds in which several hints become one ask."""
WAITED: Final = 0.8
"""Seconds that a request waits for an answer at most."""
MARGIN: Final = 0.5
"""Seconds within the next in which what goes on is ended, so that it does not go on for longer."""
GOOD_FOR: Final = 5.0
"""Seconds from an ask that was answered to when nobody is let in on the strength of it any more."""

Ask = Callable[[ReadRevocations], Awaitable[msgspec.Raw]]


class Refusals:
    """The revocations of tokens that may be alive."""

    def __init__(self) -> None:
        self._sessions: dict[str, float] = {}
        self._users: dict[int, Revocation] = {}

    def add(self, told: Revocation) -> None:
        """Note one; hearing it again changes nothing. Of one user's the highest generation counts."""
        if told.session_id is not None:
            self._sessions[str(told.session_id)] = told.until.timestamp()
        elif told.generation is not None:
            known = self._users.get(told.user_id)
            if known is None or (known.generation or 0) < told.generation:
                self._users[told.user_id] = told

    def hold(self, user_id: int, session_id: str | None, generation: int) -> bool:
        """Whether tokens of this user, session and generation must be refused."""
        if session_id in self._sessions:
            return True
        told = self._users.get(user_id)
        if told is None or told.generation is None or told.generation <= generation:
            return False
        return told.spared is None or str(told.spared) != session_id

    def forget(self, now: float) -> None:
        """Drop those whose tokens have expired by themselves. `now` is Unix time in seconds."""
        self._sessions = {session: until for session, until in self._sessions.items() if until > now}
        self._users = {user: told for user, told in self._users.items() if told.until.timestamp() > now}


class RevokedTokens:
    """
    Refusals kept up to date: `ask` asks auth, all at first, then what is new every two seconds and whenever `hasten` is
    called. Whoever checks a token is answered from memory while the last answer was asked for less than five seconds
    ago; so a token that is revoked is refused everywhere within that time, or nobody is let in.
    """

    def __init__(self, ask: Ask, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._monotonic = monotonic
        self._refusals = Refusals()
        self._cursor: str | None = None
        self._asked_at: float | None = None
        self._good_from: float | None = None
        self._asking: asyncio.Task[bool] | None = None
        self._wake = asyncio.Event()

    async def refuse(self, user_id: int, session_id: str | None, generation: int) -> bool:
        """Whether tokens of this user, session and generation are revoked. Raises Problem 503 where nobody can tell."""
        if not self._current():
            await self._renew()
        return self._refusals.hold(user_id, session_id, generation)

    def refuse_now(self, user_id: int, session_id: str | None, generation: int) -> bool | None:
        """The same from memory; None where auth must be asked first."""
        return self._refusals.hold(user_id, session_id, generation) if self._current() else None

    def holds_still(self, user_id: int, session_id: str | None, generation: int) -> bool | None:
        """Whether what was begun with such a token may go on; None where nobody could tell for almost five seconds."""
        if self._good_from is None or self._monotonic() - self._good_from >= GOOD_FOR - MARGIN:
            return None
        return not self._refusals.hold(user_id, session_id, generation)

    async def keep(self) -> None:
        """Keep up to date until cancelled."""
        while True:
            self._wake.clear()
            answered = await self._asked()
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY if answered else SOONER):
                    await self._wake.wait()
            await asyncio.sleep(GATHERING)

    def hasten(self) -> None:
        """Something was revoked: ask now."""
        self._wake.set()

    async def _renew(self) -> None:
        """Ask, together with all who wait; not more often than the loop does while auth is away."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WAITED):
                await self._in_turn()
        if not self._current():
            raise Problem(503, "service-unavailable", "Whether tokens still hold cannot be told now; nothing was done.")

    async def _in_turn(self) -> None:
        starting = self._good_from is None and self._asked_at is not None
        if starting and self._asked_at is not None:  # just started: auth may need a moment, too
            await asyncio.sleep(max(0.0, self._asked_at + SOONER - self._monotonic()))
        under_way = self._asking is not None and not self._asking.done()
        if starting or under_way or self._asked_at is None or self._monotonic() - self._asked_at >= SOONER:
            await self._asked()

    async def _asked(self) -> bool:
        """Ask, or wait for the ask that is under way; whether it was answered."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._catch_up(), name="revocations")
        return await asyncio.shield(self._asking)

    async def _catch_up(self) -> bool:
        """Everything new, page after page; whether it was told. What goes wrong is logged."""
        began = self._asked_at = self._monotonic()
        try:
            cursor, beyond = None, None
            while True:
                raw = await self._ask(ReadRevocations(after=self._cursor, beyond=beyond))
                told = msgspec.json.decode(raw, type=Revocations)
                for revocation in told.revocations:
                    self._refusals.add(revocation)
                cursor, beyond = cursor or told.cursor, told.more
                if beyond is None:
                    break
        except (RpcTimeout, RpcUnavailable, Refused, msgspec.MsgspecError) as error:
            log.warning("revocations-not-fetched", error=f"{type(error).__name__}: {error}"[:200])
            return False
        except Exception:  # the loop must go on, whatever this was
            log.exception("revocations-not-understood")
            return False
        self._cursor, self._good_from = cursor, began
        self._refusals.forget(self._clock.now().timestamp())
        return True

    def _current(self) -> bool:
        return self._good_from is not None and self._monotonic() - self._good_from < GOOD_FOR
