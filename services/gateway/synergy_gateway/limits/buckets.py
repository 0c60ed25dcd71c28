"""
Token buckets, each kept as one number: when it would be full again. The same arithmetic in Redis and here.

In Redis all gateways share them, and Redis' own clock counts. `TAKE` is one command for all who ask within one turn of
the loop; whatever it takes it takes at once, so that two gateways never give the same token to two requests.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from synergy_gateway.limits.rate import Rate

KEY: Final = "synergy:rate:"
MOST_REMEMBERED: Final = 10_000
"""Buckets of a process while Redis is away; the least recently used are full again."""
ROUNDING: Final = 0.01
"""Of a token: what a number of whole microseconds may be off."""
TAKE: Final = f"""
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local told = {{}}
for i, key in ipairs(KEYS) do
  local asked, most, period = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), ARGV[3 * i] * 1000000
  local full = math.max(now, tonumber(redis.call('GET', key) or now))
  local each = period / most
  local free = math.max(0, math.floor((period - (full - now)) / each + {ROUNDING}))
  local given = math.min(asked, free)
  if given > 0 then
    full = math.floor(full + given * each + 0.5)
    redis.call('SET', key, string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1)
  end
  told[#told + 1] = given
  told[#told + 1] = free - given
  told[#told + 1] = full - now
end
return told
"""
"""KEYS are buckets; of each the tokens wanted, its size, its seconds. Told: given, left, microseconds until full."""

Subject = str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a wish for one token: `left` afterwards, and the seconds until the bucket would be full."""

    granted: bool
    left: int
    full_in: float


Wishes = Mapping[Subject, tuple[Rate, int]]
"""By bucket: its rate, and how many tokens are wanted at once."""


def command(wishes: Wishes) -> tuple[Any, ...]:
    """The command for Redis."""
    arguments = [part for rate, wanted in wishes.values() for part in (wanted, rate.most, rate.seconds)]
    return ("EVAL", TAKE, len(wishes), *(KEY + subject for subject in wishes), *arguments)


def answers(wishes: Wishes, told: Sequence[int]) -> dict[Subject, list[Taken]]:
    """For each wish of a bucket what became of it, those who asked first first."""
    found: dict[Subject, list[Taken]] = {}
    for number, (subject, (rate, wanted)) in enumerate(wishes.items()):
        given, left, full_in = told[3 * number : 3 * number + 3]
        found[subject] = _shared(rate, wanted, given, left, full_in / 1e6)
    return found


def _shared(rate: Rate, wanted: int, given: int, left: int, full_in: float) -> list[Taken]:
    granted = [
        Taken(True, left + given - number, full_in - (given - number) * rate.each) for number in range(1, given + 1)
    ]
    return granted + [Taken(False, left, full_in)] * (wanted - given)


class LocalBuckets:
    """The buckets of this process alone, for while Redis does not answer: each gateway then grants the whole rate."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._full: OrderedDict[Subject, float] = OrderedDict()

    def take(self, subject: Subject, rate: Rate) -> Taken:
        """One token of this bucket."""
        now = self._monotonic()
        full = max(now, self._full.pop(subject, now))
        free = max(0, int((rate.seconds - (full - now)) / rate.each + ROUNDING))
        if free:
            full += rate.each
        self._full[subject] = full
        if len(self._full) > MOST_REMEMBERED:
            self._full.popitem(last=False)
        return Taken(free > 0, max(0, free - 1), round(full - now, 6))
