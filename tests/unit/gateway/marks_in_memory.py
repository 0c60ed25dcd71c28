"""The marks of one process, in memory: it passes the exam of the real ones (`marks_exam.py`)."""

import asyncio
from collections.abc import Iterable
from itertools import count

from synergy_gateway.keeping.turn import Seen, Versions
from synergy_gateway.limits.buckets import LocalBuckets, Taken
from synergy_gateway.limits.rate import Rate


class MarksInMemory:
    """`up` says whether it answers; while it does not, what should be raised is owed."""

    def __init__(self) -> None:
        self.up = True
        self.looked: list[set[str]] = []
        self._nonces = count(1)
        self._marks: dict[str, bytes] = {}
        self._epoch = self._nonce()
        self._connection = 1
        self._owed: list[Versions | None] = []
        self._buckets = LocalBuckets()

    async def look(self, names: Iterable[str]) -> Seen | None:
        return await self.looking(names) if self.up else None

    def looking(self, names: Iterable[str]) -> "asyncio.Future[Seen | None]":
        asked = set(names)
        self.looked.append(asked)
        seen = asyncio.get_running_loop().create_future()
        seen.set_result(Seen((self._connection, self._epoch), {name: self._marks.get(name) for name in asked}))
        return seen

    def take(self, subject: str, rate: Rate) -> "asyncio.Future[Taken | None]":
        taken = asyncio.get_running_loop().create_future()
        taken.set_result(self._buckets.take(subject, rate))
        return taken

    async def raise_to(self, versions: Versions) -> bool:
        return self.acknowledge(versions)

    def acknowledge(self, versions: Versions) -> bool:
        """The same, as another gateway would."""
        self._owed.append(versions)
        return self._pay()

    async def throw_away(self) -> bool:
        self._owed.append(None)
        return self._pay()

    def lose_everything(self) -> None:
        """Redis was emptied."""
        self._marks, self._epoch = {}, self._nonce()

    def reconnect(self) -> None:
        """Redis is there again."""
        self._connection += 1
        self.up = True
        self._pay()

    def _pay(self) -> bool:
        if not self.up:
            return False
        for versions in self._owed:
            if versions is None:
                self.lose_everything()
            for name, version in (versions or {}).items():
                held = self._marks.get(name)
                if version is None:
                    self._marks[name] = self._nonce()
                elif held is None or int(held) < version:
                    self._marks[name] = str(version).encode()
        self._owed.clear()
        return True

    def _nonce(self) -> bytes:
        return f"n{next(self._nonces)}".encode()
