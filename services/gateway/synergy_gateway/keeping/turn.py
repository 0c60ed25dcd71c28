"""What is asked of Redis within one turn of the loop, and what it tells."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from synergy_gateway.keeping.shelf import Kept
from synergy_gateway.limits import buckets
from synergy_gateway.limits.buckets import Subject, Taken
from synergy_gateway.limits.rate import Rate

KEY: Final = "synergy:marks"
EPOCH: Final = "epoch"

Versions = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """The marks at one moment, and the epoch they are of: the number of the connection, and that of the hash."""

    epoch: tuple[int, bytes]
    marks: Mapping[str, bytes | None]

    def allows(self, kept: Kept) -> bool:
        """The same of what is kept; under the very marks under which it was allowed before, it is again."""
        marks = list(map(self.marks.get, kept.versions))
        if marks == kept.allowed:
            return True
        if allowed := self.allow(kept.versions, kept.moment.nonces):
            kept.allowed = marks
        return allowed

    def allow(self, versions: Versions, nonces: Mapping[str, bytes | None]) -> bool:
        """Whether an answer of these versions, and asked for under these nonces, has all that was acknowledged."""
        for name, version in versions.items():
            mark = self.marks.get(name)
            if version is None:
                if name not in nonces or mark != nonces[name]:
                    return False
            elif mark is not None and int(mark) > version:
                return False
        return True


class Turn:
    """What is asked of Redis at one time, and who waits for it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.names: set[str] = set()
        self._looking: list[asyncio.Future[Seen | None]] = []
        self.raised: asyncio.Future[bool] = self._loop.create_future()
        self._taking: dict[Subject, tuple[Rate, list[asyncio.Future[Taken | None]]]] = {}
        self._asked: list[str] = []

    def look(self, names: Iterable[str]) -> asyncio.Future[Seen | None]:
        """One more wants to see these names."""
        self.names.update(names)
        wanted: asyncio.Future[Seen | None] = self._loop.create_future()
        self._looking.append(wanted)
        return wanted

    def show(self, seen: Seen | None) -> None:
        """Tell those who look what there is."""
        for one in self._looking:
            settle(one, seen)

    def take(self, subject: Subject, rate: Rate) -> asyncio.Future[Taken | None]:
        """One more token of this bucket is wanted."""
        wanted: asyncio.Future[Taken | None] = self._loop.create_future()
        self._taking.setdefault(subject, (rate, []))[1].append(wanted)
        return wanted

    def commands(self) -> list[tuple[Any, ...]]:
        """What takes what is wanted, where that was not tried yet, and looks."""
        wishes = {subject: (rate, len(waiting)) for subject, (rate, waiting) in self._taking.items()}
        self._asked = list(self.names)
        take = [buckets.command(wishes)] if wishes else []
        return [*take, ("HMGET", KEY, EPOCH, *self._asked)] if self._asked else take

    def tell(self, told: Sequence[Any], connection: int) -> bool:
        """
        Tell those who wait what Redis answered to `commands`, on the connection of this number. False where those who
        look have nothing to see: there are no marks, or Redis refused to show them.
        """
        if self._taking:
            self._give(told[0])
        if not self._asked:
            return True
        found = told[-1]
        if isinstance(found, Exception) or found[0] is None:
            return False
        self.show(Seen((connection, found[0]), dict(zip(self._asked, found[1:], strict=True))))
        return True

    def _give(self, told: Any) -> None:
        """Tell those who wait for tokens what became of it; what Redis refuses to take is not taken there."""
        taking, self._taking = self._taking, {}
        if isinstance(told, Exception):
            _disappoint(taking.values())
            return
        wishes = {subject: (rate, len(waiting)) for subject, (rate, waiting) in taking.items()}
        for subject, found in buckets.answers(wishes, told).items():
            for waiting, one in zip(taking[subject][1], found, strict=True):
                settle(waiting, one)

    def disappoint(self) -> None:
        """Whoever still waits hears that Redis cannot tell."""
        self.show(None)
        settle(self.raised, False)
        _disappoint(self._taking.values())


def settle(future: asyncio.Future[Any], value: Any) -> None:
    """Set it, unless it is set or given up."""
    if not future.done():
        future.set_result(value)


def _disappoint(taking: Iterable[tuple[Rate, list[asyncio.Future[Taken | None]]]]) -> None:
    for _, waiting in taking:
        for one in waiting:
            settle(one, None)
