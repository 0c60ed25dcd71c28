"""Reads the log of projects behind its head, once for all who follow through this process."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, Final

import msgspec
import structlog

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.envelope import Actor
from synergy_contracts.following import FollowEvents, Memberships
from synergy_contracts.refusals import Refused
from synergy_gateway.following import measures
from synergy_gateway.following.audience import PURGED, Audience, move
from synergy_gateway.following.lines import line
from synergy_gateway.following.pulse import Looked
from synergy_gateway.following.subscription import Happened, Subscription, Wanted
from synergy_gateway.problems import RETRY_AFTER, Problem

log = structlog.get_logger(__name__)

EVERY: Final = 5.0
"""Seconds after which the log is looked at although nothing was heard: messages only make it faster."""
AGAIN: Final = 0.5
"""Seconds after a look that went wrong."""
GATHERING: Final = 0.02
"""Seconds in which several events become one look."""
MOST: Final = 2_000
"""Readers of a process: streams and long polls."""
MOST_OF_ONE: Final = 50
"""The same of one user."""
ENDING: Final = "shutdown"
RESTORED: Final = "restored"
UNREADABLE: Final = "unreadable"
GONE: Final = "gone"

Follow = Callable[[FollowEvents], Awaitable[msgspec.Raw]]
AskMemberships = Callable[[Actor], Awaitable[msgspec.Raw]]


class _Told(msgspec.Struct, frozen=True):
    """What the feed looks at in an event."""

    position: int
    project: int
    type: str
    data: dict[str, Any]


class _Followed(msgspec.Struct, frozen=True):
    events: list[msgspec.Raw]
    next: int
    more: bool


_followed = msgspec.json.Decoder(_Followed)
_event = msgspec.json.Decoder(_Told)
_memberships = msgspec.json.Decoder(Memberships)


class Feed:
    """
    `follow` and `memberships` ask projects. Everything up to `position` was handed to those it concerns; None while
    nobody follows, for then nothing is asked. `streams` are those of the readers that are written as they come.
    """

    def __init__(self, follow: Follow, memberships: AskMemberships, *, most: int = MOST) -> None:
        self._follow = follow
        self._memberships = memberships
        self._most = most
        self._wake = asyncio.Event()
        self._beginning = asyncio.Lock()
        self._ending = False
        self._afresh: list[asyncio.Future[None]] = []
        self.streams: set[Looked] = set()
        self.audience = Audience()
        self.position: int | None = None
        measures.watch(self.audience)

    async def open(self, actor: Actor, generation: int, wanted: Wanted) -> Subscription:
        """
        Follow from now on, as somebody who was let in. Raises Problem 429 and 503, and what asking raises.
        """
        self._admit(actor)
        for _ in range(3):
            await self._begin()
            if not self.audience.knows(actor.user_id):
                told = _memberships.decode(await self._memberships(actor))
                await self._looked_afresh()  # so that whatever may be in what was told is known here, in order
                self._admit(actor)
                if self.position is None or not self.audience.learn(actor.user_id, told.projects, told.position):
                    continue
            assert self.position is not None
            one = Subscription(actor, generation, wanted, start=self.position)
            self.audience.add(one)
            return one
        raise unfollowable()

    def close(self, one: Subscription) -> None:
        """Nobody reads it any more."""
        self.audience.remove(one)
        measures.ended.labels(one.ended or GONE).inc()
        if not len(self.audience):
            self._forget()

    def hasten(self) -> None:
        """Something happened: look now."""
        self._wake.set()

    def drain(self) -> None:
        """This process is about to end: all readers go elsewhere, and none is taken."""
        self._ending = True
        for one in self.audience:
            one.end(ENDING)
        _answer(self._afresh, well=False)

    async def keep(self) -> None:
        """Look whenever something happened, until cancelled."""
        well = True
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY if well else AGAIN):
                    await self._wake.wait()
            self._wake.clear()
            begun, self._afresh = self._afresh, []
            well = await self._looked()
            _answer(begun, well=well)
            await asyncio.sleep(GATHERING)

    async def _looked_afresh(self) -> None:
        """Return when the log was read by a look that began after now. Raises Problem 503 where that went wrong."""
        one: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._afresh.append(one)
        self._wake.set()
        await one

    async def _looked(self) -> bool:
        try:
            await self._look()
        except Refused as no:
            if no.kind != "gone":
                log.warning("feed-refused", error=str(no)[:200])
                return False
            log.warning("feed-restored", position=self.position)  # the store was: positions are others now
            self._begin_anew(RESTORED)
        except (RpcTimeout, RpcUnavailable, msgspec.MsgspecError) as error:
            log.warning("feed-not-read", error=f"{type(error).__name__}: {error}"[:200])
            return False
        except Exception:  # it must go on, whatever this was
            log.exception("feed-failed")
            return False
        return True

    async def _look(self) -> None:
        while (position := self.position) is not None:
            told = _followed.decode(await self._follow(FollowEvents(after=position)))
            if self.position != position:
                return
            try:
                for raw in told.events:
                    self._hand_out(raw)
            except msgspec.MsgspecError as error:  # nobody waits for it: who comes back reads the log past it
                log.error("event-not-read", after=position, error=str(error)[:200])
                measures.unreadable.inc()
                self._begin_anew(UNREADABLE)
                return
            self.position = told.next
            if not told.more:
                return

    def _hand_out(self, raw: msgspec.Raw) -> None:
        event = _event.decode(raw)
        if (moved := move(event.position, event.project, event.type, event.data)) is not None:
            self.audience.moved(moved)
        happened: Happened | None = None
        for one in self.audience.concerned(event.project):
            happened = happened or Happened(event.position, event.project, event.type, line(event.position, bytes(raw)))
            one.push(happened)
        if event.type == PURGED:
            self.audience.purged(event.project)

    async def _begin(self) -> None:
        async with self._beginning:
            if self.position is None:
                told = _followed.decode(await self._follow(FollowEvents()))
                self.position = self.audience.forgotten = told.next

    def _begin_anew(self, why: str) -> None:
        """Everybody connects again, and what is known of them is asked for again."""
        for one in self.audience:
            one.end(why)
        self._forget()

    def _forget(self) -> None:
        self.position, self.audience = None, Audience()
        measures.watch(self.audience)

    def _admit(self, actor: Actor) -> None:
        if self._ending or len(self.audience) >= self._most:
            detail = "Too many follow here; try again, and you may reach another gateway."
            raise Problem(503, "too-many-streams", detail, headers={"Retry-After": RETRY_AFTER})
        if self.audience.of(actor.user_id) >= MOST_OF_ONE:
            detail = f"You follow {MOST_OF_ONE} times already; close a stream first."
            raise Problem(429, "too-many-own-streams", detail, headers={"Retry-After": "5"})


def _answer(waiting: Iterable[asyncio.Future[None]], *, well: bool) -> None:
    for one in waiting:
        if one.done():  # who waited has left
            continue
        if well:
            one.set_result(None)
        else:
            one.set_exception(unfollowable())


def unfollowable() -> Problem:
    """503: the log cannot be read now."""
    return Problem(503, "service-unavailable", "The events cannot be followed now.")
