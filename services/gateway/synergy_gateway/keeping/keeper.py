"""Keeps answers, serves them while they are as new as anybody was told, and marks what changes."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import structlog

from synergy_contracts.envelope import Actor
from synergy_gateway.answers import Answer
from synergy_gateway.keeping.news import News
from synergy_gateway.keeping.shelf import Kept, Moment, Shelf
from synergy_gateway.keeping.table import CHANGES, KEPT, MEMBERSHIPS, lacking
from synergy_gateway.keeping.turn import Seen, Versions
from synergy_gateway.lines import PATIENCE
from synergy_gateway.sharing import SharedReads

log = structlog.get_logger(__name__)

LONGEST_KEPT: Final = 60.0
"""Seconds after which an answer goes whatever is known of it: the end of what nobody has thought of."""

HIT: Final = "hit"
SHARED: Final = "shared"
MISS: Final = "miss"
BYPASS: Final = "bypass"


class Marked(Protocol):
    """The marks: `synergy_gateway.keeping.marks.Marks`."""

    @property
    def up(self) -> bool: ...
    def looking(self, names: Iterable[str]) -> Awaitable[Seen | None]: ...
    async def raise_to(self, versions: Versions) -> bool: ...
    async def throw_away(self) -> bool: ...


Key = tuple[int, bool, tuple[str, ...], str, bytes]


def key_of(actor: Actor, path: str, query: bytes) -> Key:
    """What an answer is kept under."""
    return (actor.user_id, actor.superuser, actor.scopes, path, query)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is kept: who asks, with which rights, for what."""

    actor: Actor
    path: str
    query: bytes

    @property
    def key(self) -> "Key":
        """Equal where the answers are."""
        return key_of(self.actor, self.path, self.query)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A read that was not served: where its answer belongs, when it was asked for, and the old one it is to replace."""

    place: Place
    moment: Moment
    old: Kept | None


class Keeper:
    """
    One for a gateway process. With a `shelf` of no size it keeps nothing, and marks changes all the same: other
    gateways may keep. `hears` tells whether events arrive now; while they do not, nothing is served.
    """

    def __init__(
        self,
        marks: Marked,
        news: News,
        shelf: Shelf,
        *,
        hears: Callable[[], bool],
        deadline: timedelta,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._marks = marks
        self._news = news
        self._shelf = shelf
        self._hears = hears
        self._deadline = deadline
        self._monotonic = monotonic
        self._reads: SharedReads[tuple[Answer, str]] = SharedReads()

    async def look(self, place: Place) -> Answer | Wanted | None:
        """
        The answer kept there, if it holds everything that was acknowledged before now; else what to make it with; or
        None where that cannot be told, and nothing can be kept.
        """
        if not self._serves():
            return None
        kept = self._shelf.get(place.key)
        return self.found(place.actor, place.path, place.query, kept, await self.looking(place.actor, kept))

    def promising(self, key: Key) -> Kept | None:
        """What is kept there, if nothing is known here against it: the marks must be seen before it is served."""
        if not self._serves():
            return None
        kept = self._shelf.get(key)
        return kept if kept is not None and self._news.hold(kept) and self._monotonic() < kept.until else None

    def looking(self, actor: Actor, kept: Kept | None) -> Awaitable[Seen | None]:
        """Begin to look at the marks that what is kept for this one depends on."""
        return self._marks.looking((f"{MEMBERSHIPS}{actor.user_id}",) if kept is None else kept.versions)

    def found(
        self, actor: Actor, path: str, query: bytes, kept: Kept | None, seen: Seen | None
    ) -> Answer | Wanted | None:
        """What `look` tells of this place, with the marks as they were after it was asked for."""
        if seen is None or not self._serves():
            return None
        if kept is not None and self._holds(kept, seen):
            return kept.answer
        own = f"{MEMBERSHIPS}{actor.user_id}"
        return Wanted(Place(actor, path, query), self._news.moment(seen.epoch, {own: seen.marks[own]}), kept)

    def joinable(self, wanted: Wanted) -> bool:
        """Whether an equal read waits to begin: what it is answered is as good as an answer of one's own."""
        return self._reads.joinable(wanted.place.key)

    async def join(self, wanted: Wanted) -> tuple[Answer, str]:
        """The answer of that read. Raises what it raises."""
        answer, outcome = await self._reads.join(wanted.place.key, deadline=self._deadline + PATIENCE)
        return answer, HIT if outcome == HIT else SHARED

    async def read(
        self, wanted: Wanted, operation: str, make: Callable[[], Awaitable[tuple[Answer, Versions]]]
    ) -> tuple[Answer, str]:
        """
        The answer that `make` makes, and keep it; equal reads at one time share it, each being told what was read after
        it asked. The outcome is HIT where an answer was kept meanwhile that holds.
        """
        leads = False

        async def made() -> tuple[Answer, str]:
            nonlocal leads
            leads = True
            asked = wanted
            if self._shelf.get(wanted.place.key) is not wanted.old:  # while this one waited, another was made
                found = await self.look(wanted.place)
                if isinstance(found, Answer):
                    return found, HIT
                asked = found or wanted
            answer, versions = await make()
            return answer, MISS if self._keep(asked, operation, answer, versions) else BYPASS

        answer, outcome = await self._reads.ask(wanted.place.key, made, deadline=self._deadline + PATIENCE)
        return answer, outcome if leads or outcome == HIT else SHARED

    async def changed(self, versions: Versions) -> None:
        """A service told that it changed these. When this returns no gateway serves anything older, if Redis is up."""
        if versions:
            await self._marks.raise_to(versions)

    async def doubt(self, actor: Actor | None) -> None:
        """Nobody knows whether a change was made: who is told so reads afresh, through any gateway."""
        if actor is not None:
            await self._marks.raise_to({f"{MEMBERSHIPS}{actor.user_id}": None})

    async def check(self, operation: str, told: Mapping[str, int | None]) -> None:
        """After a change: where a service did not tell what it changed, nothing kept holds any more."""
        if missing := lacking(CHANGES.get(operation, frozenset()), told):
            log.error("change-without-versions", operation=operation, missing=missing)
            await self._marks.throw_away()

    def _serves(self) -> bool:
        return self._shelf.capacity > 0 and self._marks.up and self._hears()

    def _holds(self, kept: Kept, seen: Seen) -> bool:
        moment = kept.moment
        return (
            moment.epoch == seen.epoch
            and seen.allows(kept)
            and self._news.hold(kept)
            and self._monotonic() < kept.until
        )

    def _keep(self, wanted: Wanted, operation: str, answer: Answer, versions: Versions) -> bool:
        """Keep it if it may be; whether it was."""
        if not versions or answer.status != 200:
            return False
        if missing := lacking(KEPT[operation], versions):
            log.error("answer-without-versions", operation=operation, missing=missing)
            return False
        of_all = {**versions, **dict.fromkeys(wanted.moment.nonces)}
        until = self._monotonic() + LONGEST_KEPT
        place = wanted.place
        self._shelf.put(
            place.key,
            Kept(
                answer=answer,
                operation=operation,
                versions=of_all,
                moment=wanted.moment,
                until=until,
                key_size=len(place.path) + len(place.query),
            ),
        )
        return True
