"""
The versions that writers were told of, in Redis, where every gateway sees them before the writer has its answer.

One hash holds them all: `project-3` → the highest version that was acknowledged, `user-7` → a nonce, for what has no
versions, and `epoch` → a nonce, made with the hash. So whatever is lost is lost together with the epoch: where the
epoch is another, nothing that was kept under the one before holds. What comes back from the dead (a Redis with an old
copy on disk, a replica that took over) is told apart by the connection: each new one is an epoch of its own.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any, Final

import structlog
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from synergy_chassis.clock import new_id
from synergy_gateway.keeping import measures
from synergy_gateway.keeping.turn import EPOCH, KEY, Seen, Turn, Versions, settle
from synergy_gateway.keeping.wire import Answers, Wire
from synergy_gateway.limits.buckets import Subject, Taken
from synergy_gateway.limits.rate import Rate

log = structlog.get_logger(__name__)

MOST: Final = 200_000
"""Marks in the hash, of some 100 bytes each; beyond, it is thrown away and begins anew, under another epoch."""
FIRST_WAIT: Final = 0.05
LONGEST_WAIT: Final = 1.0
"""Seconds between two attempts to connect."""
MOST_TIMES: Final = 3
"""Marks that vanish as soon as they are made are made so often."""
MOST_OWED: Final = 10_000
"""Marks that could not be set and are remembered; beyond, the whole hash is to be thrown away instead."""
RAISE: Final = f"""
for i = 1, #ARGV, 2 do
  local held, version = redis.call('HGET', KEYS[1], ARGV[i]), tonumber(ARGV[i + 1])
  if not version or not held or tonumber(held) < version then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
if redis.call('HLEN', KEYS[1]) > {MOST} then redis.call('DEL', KEYS[1]) end
"""
"""Sets nonces (which are no numbers), and versions that are higher than what is there."""


class Marks:
    """
    The marks, over one connection that keeps itself up. All who look within one turn of the loop, or while the turn
    before is under way, share one command; so do all who raise. What is taken from the buckets of the limits in the
    same turn goes with it.

    While Redis does not answer within `seconds`, nobody is kept waiting: nothing is seen, and what should have been
    raised is owed, and raised before anything else once Redis answers.
    """

    def __init__(self, url: str, *, seconds: float) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            max_connections=1,
            socket_timeout=None,  # the wire has the time in hand
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
            client_name="gateway-marks",
        )
        self._seconds = seconds
        self._owed: dict[str, int | str] = {}
        self._thrown = self._to_throw = 0  # how often it was asked for, and done
        self._turn: Turn | None = None
        self._slow: Turn | None = None
        self._wire: Wire | None = None
        self._free = False  # whether the next turn may begin when it is wanted
        self._wake = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._number = 0
        self.up = False
        """Whether Redis answered last time."""

    async def start(self) -> None:
        """Begin to connect, and return at once."""
        self._keeper = asyncio.create_task(self._keep(), name="marks")

    async def stop(self) -> None:
        """Close the connection."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        await self._pool.disconnect()

    async def look(self, names: Iterable[str]) -> Seen | None:
        """At least these marks, as they were at a moment after now; None where Redis cannot tell."""
        return await self.looking(names) if self.up else None

    def looking(self, names: Iterable[str]) -> "asyncio.Future[Seen | None]":
        """Begin to look, with what else is asked in this turn."""
        return self._next().look(names)

    def take(self, subject: Subject, rate: Rate) -> "asyncio.Future[Taken | None]":
        """Take one token of this bucket, with what else is asked in this turn; None where Redis cannot tell."""
        return self._next().take(subject, rate)

    async def raise_to(self, versions: Versions) -> bool:
        """These versions are acknowledged. Returns when every gateway sees it, or False: it is owed."""
        for name, version in versions.items():
            held = self._owed.get(name)
            if version is None or not isinstance(held, int) or held < version:
                self._owed[name] = _nonce() if version is None else version
        if len(self._owed) > MOST_OWED:
            self._owed.clear()
            self._to_throw += 1
        return await self._paid()

    async def throw_away(self) -> bool:
        """Nothing that is kept anywhere holds any more. Returns as `raise_to`."""
        self._to_throw += 1
        return await self._paid()

    async def _paid(self) -> bool:
        raised = self.up and await asyncio.shield(self._next().raised)
        if not raised:
            measures.not_raised.inc()
        return raised

    def _next(self) -> Turn:
        if self._turn is None:
            self._turn = Turn()
            if self._free:
                self._free = False
                asyncio.get_running_loop().call_soon(self._begin)
        return self._turn

    def _begin(self) -> None:
        """Take the turn that waits, if there is one: with whatever is not quite as always, the keeper's task does."""
        turn, self._turn = self._turn, None
        if turn is None or self._wire is None:
            self._free = turn is None and self._wire is not None
            if turn is not None:
                turn.disappoint()
        elif self._owes:
            self._hand_over(turn)
        else:
            settle(turn.raised, True)
            try:
                self._wire.send(turn.commands(), partial(self._told, turn))
            except Exception as error:
                self._fail(turn, error)

    def _told(self, turn: Turn, told: Answers | Exception) -> None:
        """Tell those of this turn what Redis tells, and take the next."""
        if isinstance(told, Exception):
            turn.disappoint()
            return
        try:
            seen = turn.tell(told, self._number)
        except Exception as error:
            self._fail(turn, error)
            return
        if seen:  # those who were told come first, and may be joined by others
            asyncio.get_running_loop().call_soon(self._begin)
        else:
            self._hand_over(turn)

    def _hand_over(self, turn: Turn) -> None:
        self._slow = turn
        self._wake.set()

    def _fail(self, turn: Turn, error: Exception) -> None:
        """What is at the other end does not answer as Redis does: those who wait hear that it cannot tell."""
        turn.disappoint()
        if self._wire is not None:
            self._wire.give_up(RedisError(f"not understood: {type(error).__name__}: {error}"))

    async def _keep(self) -> None:
        wait, failed = FIRST_WAIT, False
        while True:
            connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
            try:
                async with asyncio.timeout(self._seconds):
                    await connection.connect()  # type: ignore[no-untyped-call]
                self._number += 1
                wire = self._wire = Wire(connection, seconds=self._seconds, on_lost=self._wake.set)
                await self._pay(wire)
                self.up = True
                if self._owes:  # since what was paid was counted
                    self._next()
                log.info("marks-connected", connection=self._number)
                wait, failed = FIRST_WAIT, False
                await self._serve(wire)
            except (RedisError, OSError, TimeoutError) as error:
                if not failed:
                    log.warning("marks-unreachable", error=f"{type(error).__name__}: {error}"[:200])
                failed = True
            except Exception:
                log.exception("marks-failed")
            finally:
                self.up = self._free = False
                self._wire = None
                self._disappoint()
                with suppress(Exception):
                    await connection.disconnect(nowait=True)
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)

    def _disappoint(self) -> None:
        for turn in (self._turn, self._slow):
            if turn is not None:
                turn.disappoint()
        self._turn = self._slow = None
        self._wake.clear()

    async def _serve(self, wire: Wire) -> None:
        """Take turns; here those that are not quite as always. Raises what has ended the connection."""
        self._begin()
        while True:
            await self._wake.wait()
            self._wake.clear()
            if wire.lost is not None:
                raise wire.lost
            if self._slow is not None:
                await self._take_turn(wire, self._slow)
                self._slow = None
                self._begin()

    async def _take_turn(self, wire: Wire, turn: Turn) -> None:
        await self._pay(wire)
        settle(turn.raised, True)
        for _ in range(MOST_TIMES):
            told = await wire.ask(*turn.commands())
            if turn.tell(told, self._number):
                return
            if isinstance(told[-1], Exception):
                raise told[-1]
            await self._command(wire, "HSETNX", KEY, EPOCH, _nonce())
        raise RedisError("the marks vanish as soon as they are made")

    async def _pay(self, wire: Wire) -> None:
        """Raise what is owed. Where Redis lets nothing be written, the hash goes instead, if that may be."""
        if not self._owes:
            return
        owed, to_throw = dict(self._owed), self._to_throw
        flat = [part for pair in owed.items() for part in pair]
        try:
            if to_throw > self._thrown:
                await self._command(wire, "DEL", KEY)
            if owed:
                await self._command(wire, "EVAL", RAISE, 1, KEY, *flat)
        except ResponseError:
            await self._command(wire, "DEL", KEY)
        self._owed = {name: value for name, value in self._owed.items() if owed.get(name) != value}
        self._thrown = to_throw

    @property
    def _owes(self) -> bool:
        return bool(self._owed) or self._to_throw > self._thrown

    async def _command(self, wire: Wire, *command: Any) -> Any:
        (told,) = await wire.ask(command)
        if isinstance(told, Exception):
            raise told
        return told


def _nonce() -> str:
    return f"n{new_id().hex}"
