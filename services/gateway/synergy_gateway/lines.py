"""
Lines before the services: so many calls of a kind at a time, the others wait their turn.

A service that is given more at once than it can do answers all of it late, and what is urgent with it: whether tokens
still hold waits behind a thousand logins. So what comes in a storm waits here, where waiting costs nothing, as long as
the line moves.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.refusals import Refused
from synergy_gateway import measures
from synergy_gateway.methods import Method

PATIENCE: Final = timedelta(seconds=20)
"""How long anybody waits in a line that moves."""
STUCK: Final = timedelta(seconds=5)
"""After so long without one answer a line does not move: whoever waited as long is told so."""

MOST: Final = 1_000
"""Who may wait in one line; the next one is told at once."""
SIGNING_IN: Final = "signing-in"
CHANGES: Final = "changes"
READS: Final = "reads"
WEBHOOKS: Final = "webhooks"
ACCOUNTS: Final = "accounts"
AT_ONCE: Final[Mapping[str, int]] = {SIGNING_IN: 8, CHANGES: 12, READS: 24, WEBHOOKS: 16, ACCOUNTS: 24}
"""
Calls of each kind that a gateway has under way. More at once makes neither auth nor projects faster: they have as many
connections to their databases as they need, and what changes one project does so one after the other.
"""
SIGN_IN: Final = frozenset({
    "auth.login", "auth.register", "auth.refresh_tokens", "auth.change_password", "auth.reset_password",
    "auth.begin_second_factor", "auth.update_profile", "auth.erase_account",
})  # fmt: skip
"""Of auth those that check or hash passwords, or come in storms with them; the others are `ACCOUNTS`."""

AT_ANY_TIME: Final = frozenset({
    "auth.health", "projects.health", "webhooks.health", "projects.follow_events", "projects.list_memberships",
    "auth.jwks", "auth.revocations", "auth.verify_token", "auth.check_sessions",
})  # fmt: skip
"""Those that come from the gateway itself, mostly one at a time: what must not wait behind anybody."""


def too_many() -> Refused:
    """Nothing was asked."""
    return Refused("too_late", "deadline-exceeded", "Too many ask at once; nothing was done.", "", "2")


class Line:
    """`at_once` may be inside; the others wait, first come first served."""

    def __init__(
        self,
        name: str,
        at_once: int,
        *,
        patience: timedelta = PATIENCE,
        stuck: timedelta = STUCK,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._free = at_once
        self._patience = patience.total_seconds()
        self._stuck = stuck.total_seconds()
        self._monotonic = monotonic
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._moved = monotonic()

    def place(self) -> "Place":
        """
        Wait for a place, and have it. Tells the seconds waited that count against the call's own: none, unless the line
        stands, for then nobody is to be kept waiting longer than by a call alone.

        Raises Refused (too_late) where it takes too long: nothing was asked.
        """
        return Place(self)

    async def enter(self) -> float:
        """As `place`."""
        if self._free:
            self._free -= 1
            return 0.0
        waited = await self._wait()
        return waited if self._stands() else 0.0

    def leave(self, error: BaseException | None) -> None:
        """The call ended so."""
        if not isinstance(error, RpcTimeout | RpcUnavailable | asyncio.CancelledError):  # no sign that anybody answers
            self._moved = self._monotonic()
        self._leave()

    async def _wait(self) -> float:
        if len(self._waiting) >= MOST:
            raise too_many()
        began = self._monotonic()
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        measures.in_line.labels(self._name).inc()
        try:
            while not place.done():
                left = min(self._stuck, began + self._patience - self._monotonic())
                await asyncio.wait([place], timeout=max(0.0, left))
                if not place.done() and self._hopeless(began):
                    raise too_many()
        except BaseException:
            if place.done():
                self._leave()  # it was given the place, and does not take it
            else:
                self._waiting.remove(place)
            raise
        finally:
            measures.in_line.labels(self._name).dec()
        return self._monotonic() - began

    def _stands(self) -> bool:
        return self._monotonic() - self._moved >= self._stuck / 2

    def _hopeless(self, began: float) -> bool:
        waited = self._monotonic() - began
        return waited >= self._patience or (waited >= self._stuck and self._stands())

    def _leave(self) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._free += 1


class Place:
    """A place in a line, for a block."""

    __slots__ = ("_line",)

    def __init__(self, line: Line) -> None:
        self._line = line

    async def __aenter__(self) -> float:
        return await self._line.enter()

    async def __aexit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self._line.leave(error)


class Lines:
    """A line for each kind of calls that come in storms; none for the rest."""

    def __init__(self) -> None:
        self._lines = {name: Line(name, at_once) for name, at_once in AT_ONCE.items()}
        self._before: dict[tuple[str, bool], Line | None] = {}

    def before(self, method: Method[Any]) -> Line | None:
        """Where calls of this method stand."""
        key = (method.name, method.shared)
        if key not in self._before:
            kind = kind_of(method)
            self._before[key] = None if kind is None else self._lines[kind]
        return self._before[key]


def kind_of(method: Method[Any]) -> str | None:
    """Of which kind the method is; None for what must not wait: tokens, keys, health."""
    if method.name in AT_ANY_TIME:
        return None
    if method.name in SIGN_IN:
        return SIGNING_IN
    service = method.name.partition(".")[0]
    if service == "projects":
        return READS if method.shared else CHANGES
    return {"webhooks": WEBHOOKS, "auth": ACCOUNTS}[service]
