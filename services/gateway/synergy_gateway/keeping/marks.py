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
from typing import Any, Final

import structlog
from hiredis import pack_command
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from synergy_chassis.clock import new_id
from synergy_gateway.keeping import measures
from synergy_gateway.keeping.turn import Seen, Turn, Versions, settle
from synergy_gateway.limits import buckets
from synergy_gateway.limits.buckets import Subject, Taken
from synergy_gateway.limits.rate import Rate

log = structlog.get_logger(__name__)

KEY: Final = "synergy:marks"
EPOCH: Final = "epoch"
MOST: Final = 200_000
"""Marks in the hash, of some 100 bytes each; beyond, it is thrown away and begins anew, under another epoch."""
FIRST_WAIT: Final = 0.05
LONGEST_WAIT: Final = 1.0
"""Seconds between two attempts to connect."""
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
            socket_timeout=None,  # `_commands` has the time in hand
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
            client_name="gateway-marks",
        )
        self._seconds = seconds
        self._owed: dict[str, int | str] = {}
        self._thrown = self._to_throw = 0  # how often it was asked for, and done
        self._turn: Turn | None = None
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
            self._wake.set()
        return self._turn

    async def _keep(self) -> None:
        wait, failed = FIRST_WAIT, False
        while True:
            connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
            try:
                async with asyncio.timeout(self._seconds):
                    await connection.connect()  # type: ignore[no-untyped-call]
                self._number += 1
                await self._pay(connection)
                self.up = True
                if self._owes:  # since what was paid was counted
                    self._next()
                log.info("marks-connected", connection=self._number)
                wait, failed = FIRST_WAIT, False
                while True:
                    await self._wake.wait()
                    await self._take_turn(connection)
            except (RedisError, OSError, TimeoutError) as error:
                if not failed:
                    log.warning("marks-unreachable", error=f"{type(error).__name__}: {error}"[:200])
                failed = True
            except Exception:
                log.exception("marks-failed")
            finally:
                self.up = False
                self._disappoint()
                with suppress(Exception):
                    await connection.disconnect(nowait=True)
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)

    def _disappoint(self) -> None:
        turn, self._turn = self._turn, None
        self._wake.clear()
        if turn is not None:
            turn.disappoint()

    async def _take_turn(self, connection: AbstractConnection) -> None:
        turn, self._turn = self._turn, None
        self._wake.clear()
        if turn is None:
            return
        try:
            await self._pay(connection)
            settle(turn.raised, True)
            await self._ask(connection, turn)
        finally:
            turn.disappoint()

    async def _pay(self, connection: AbstractConnection) -> None:
        """Raise what is owed. Where Redis lets nothing be written, the hash goes instead, if that may be."""
        if not self._owes:
            return
        owed, to_throw = dict(self._owed), self._to_throw
        flat = [part for pair in owed.items() for part in pair]
        try:
            if to_throw > self._thrown:
                await self._command(connection, "DEL", KEY)
            if owed:
                await self._command(connection, "EVAL", RAISE, 1, KEY, *flat)
        except ResponseError:
            await self._command(connection, "DEL", KEY)
        self._owed = {name: value for name, value in self._owed.items() if owed.get(name) != value}
        self._thrown = to_throw

    @property
    def _owes(self) -> bool:
        return bool(self._owed) or self._to_throw > self._thrown

    async def _ask(self, connection: AbstractConnection, turn: Turn) -> None:
        """Take what is wanted and look, in one round trip; what Redis refuses to take is not taken there."""
        names, wishes = list(turn.names), turn.wishes()
        if not (names or wishes):
            return
        look = [("HMGET", KEY, EPOCH, *names)] if names else []
        take = [buckets.command(wishes)] if wishes else []
        told = await self._commands(connection, *take, *look)
        if take and not isinstance(taken := told.pop(0), Exception):
            turn.give(buckets.answers(wishes, taken))
        for _ in range(2 if look else 0):
            (found,) = told
            if isinstance(found, Exception):
                raise found
            if found[0] is not None:
                turn.show(Seen((self._number, found[0]), dict(zip(names, found[1:], strict=True))))
                return
            _, *told = await self._commands(connection, ("HSETNX", KEY, EPOCH, _nonce()), *look)
        if look:
            raise RedisError("the marks vanish as soon as they are made")

    async def _command(self, connection: AbstractConnection, *command: Any) -> Any:
        (told,) = await self._commands(connection, command)
        if isinstance(told, Exception):
            raise told
        return told

    async def _commands(self, connection: AbstractConnection, *commands: Any) -> list[Any]:
        """What Redis tells to each, sent together; what it refuses is told as the exception."""
        if not connection.is_connected:  # or it would connect by itself, and nobody could tell
            raise RedisConnectionError("the connection is closed")
        told: list[Any] = []
        packed = b"".join(pack_command(tuple(one)) for one in commands)
        async with asyncio.timeout(self._seconds):
            await connection.send_packed_command(packed, check_health=False)
            for _ in commands:
                try:
                    told.append(await connection.read_response())
                except ResponseError as no:
                    told.append(no)
        return told


def _nonce() -> str:
    return f"n{new_id().hex}"
