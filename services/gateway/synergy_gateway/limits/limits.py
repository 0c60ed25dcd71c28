"""Whose bucket a request takes from, and what its answer tells of it."""

import asyncio
from dataclasses import dataclass
from math import ceil
from typing import Final, Protocol

from synergy_chassis.clock import Clock
from synergy_contracts.envelope import Actor
from synergy_gateway.addresses import network_of
from synergy_gateway.limits import measures
from synergy_gateway.limits.buckets import LocalBuckets, Subject, Taken
from synergy_gateway.limits.rate import Rate
from synergy_gateway.problems import Problem

USER: Final = "user"
ANONYMOUS: Final = "anonymous"

Headers = list[tuple[bytes, bytes]]


class SharedBuckets(Protocol):
    """The buckets that all gateways share: `synergy_gateway.keeping.marks.Marks`."""

    @property
    def up(self) -> bool: ...
    def take(self, subject: Subject, rate: Rate) -> "asyncio.Future[Taken | None]": ...


class Limits:
    """
    `user` is the rate of each signed-in user, `anonymous` that of each address otherwise (of IPv6 its /64); None is no
    limit. Where the shared buckets cannot be asked, those of this process count.
    """

    def __init__(
        self, shared: SharedBuckets, clock: Clock, *, user: Rate | None, anonymous: Rate | None,
        local: LocalBuckets | None = None,
    ) -> None:  # fmt: skip
        self._shared = shared
        self._clock = clock
        self._rates = {USER: user, ANONYMOUS: anonymous}
        self._local = local or LocalBuckets()

    def begin(self, actor: Actor | None, address: str | None) -> "Wish | None":
        """
        Begin to take one token. What is asked of Redis besides, before anything is waited for, shares the command's way
        there and back.
        """
        name = ANONYMOUS if actor is None else USER
        rate = self._rates[name]
        if rate is None:
            return None
        subject = f"address-{network_of(address)}" if actor is None else f"user-{actor.user_id}"
        asked = self._shared.take(subject, rate) if self._shared.up else None
        return Wish(self, name, subject, rate, asked)

    async def settle(self, wish: "Wish") -> Headers:
        """What the answer tells of the limit. Raises Problem 429."""
        taken = None
        if wish.asked is not None:  # often it is there already, with what was asked in the same turn
            taken = wish.asked.result() if wish.asked.done() else await asyncio.shield(wish.asked)
        if taken is None:
            taken = self._local.take(wish.subject, wish.rate)
        told = self._told(wish.name, wish.rate, taken)
        if taken.granted:
            return told
        measures.refused.labels(wish.name).inc()
        headers = {name.decode(): value.decode() for name, value in told}
        raise Problem(
            429,
            "rate-limited",
            f"More than {wish.rate.most:,} requests in {wish.rate.seconds:,} s: wait for the seconds in Retry-After.",
            headers={"retry-after": str(_seconds_until_one(wish.rate, taken)), **headers},
        )

    def granted(self, wish: "Wish") -> Headers | None:
        """What `settle` tells where Redis has granted it already; None where it must be settled."""
        taken = wish.asked.result() if wish.asked is not None and wish.asked.done() else None
        return self._told(wish.name, wish.rate, taken) if taken is not None and taken.granted else None

    def _told(self, name: str, rate: Rate, taken: Taken) -> Headers:
        reset = ceil(taken.full_in) if taken.granted else _seconds_until_one(rate, taken)
        return [
            (b"ratelimit-policy", b'"%b";q=%d;w=%d' % (name.encode(), rate.most, rate.seconds)),
            (b"ratelimit", b'"%b";r=%d;t=%d' % (name.encode(), taken.left, reset)),
            (b"x-ratelimit-limit", b"%d" % rate.most),
            (b"x-ratelimit-remaining", b"%d" % taken.left),
            (b"x-ratelimit-reset", b"%d" % (int(self._clock.now().timestamp()) + reset)),
        ]


@dataclass(frozen=True, slots=True)
class Wish:
    """A token that was asked for: of which bucket, and of Redis, if it was."""

    limits: Limits
    name: str
    subject: Subject
    rate: Rate
    asked: "asyncio.Future[Taken | None] | None"

    async def settle(self) -> Headers:
        """As `Limits.settle`."""
        return await self.limits.settle(self)

    def granted(self) -> Headers | None:
        """As `Limits.granted`."""
        return self.limits.granted(self)


def _seconds_until_one(rate: Rate, taken: Taken) -> int:
    """Seconds until the bucket has a token again."""
    return max(1, ceil(taken.full_in - rate.seconds + rate.each))
