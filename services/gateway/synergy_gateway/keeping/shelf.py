"""Answers in memory, as many as fit; the least recently used go first."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from synergy_gateway.answers import Answer

OVERHEAD: Final = 4_000
"""Bytes that an answer takes beside its body, as measured: objects, headers, its place, the forms it is sent in."""
PER_NAME: Final = 150
"""Bytes for each name whose version is kept with it."""
LARGEST_SHARE: Final = 8
"""An answer that alone would take one part in so many is not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """
    When an answer was asked for, before the services were: in which `epoch` of the marks, with which `nonces` of what
    has no versions, and how many changes without versions had been heard of (`heard`) since which gap (`era`).
    """

    epoch: tuple[int, bytes]
    nonces: Mapping[str, bytes | None]
    era: int
    heard: int


class Form(NamedTuple):
    """How an answer is sent to who asks in a certain way: its headers, and in which coding; with 304 it has no body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    coding: str | None


@dataclass(slots=True, kw_only=True)
class Kept:
    """
    An answer, complete: 200 with its ETag, of this `operation`. `versions` are those it was made of, None for what has
    none; `until` is when it is thrown away whether or not it is an old one (monotonic seconds). `key_size`: bytes of
    what it is kept under.

    What was found out about it is remembered until something changes: under which marks it was allowed, up to which of
    the news it held, and in which forms it is sent.
    """

    answer: Answer
    operation: str
    versions: Mapping[str, int | None]
    moment: Moment
    until: float
    key_size: int = 0
    size: int = field(init=False)
    allowed: list[bytes | None] | None = field(default=None, init=False, repr=False, compare=False)
    held: int = field(default=-1, init=False, repr=False, compare=False)
    forms: dict[Hashable, Form] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        headers = sum(len(name) + len(value) for name, value in self.answer.headers.items())
        self.size = len(self.answer.body) + headers + PER_NAME * len(self.versions) + OVERHEAD + self.key_size


class Shelf:
    """Holds up to `capacity` bytes of answers."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.size = 0
        self.evicted = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Kept | None:
        """What is kept under this key, old or not."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def put(self, key: Hashable, kept: Kept) -> None:
        """Keep it, in place of what was there, and of others where there is no room."""
        self.drop(key)
        if kept.size > self.capacity // LARGEST_SHARE:
            return
        self._kept[key] = kept
        self.size += kept.size
        while self.size > self.capacity:
            _, gone = self._kept.popitem(last=False)
            self.size -= gone.size
            self.evicted += 1

    def drop(self, key: Hashable) -> None:
        """Keep nothing under this key."""
        gone = self._kept.pop(key, None)
        if gone is not None:
            self.size -= gone.size

    def clear(self) -> None:
        """Keep nothing of what there is."""
        self._kept.clear()
        self.size = 0
