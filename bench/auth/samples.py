"""Whether two answers can be told apart by the time they take."""

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles
from typing import Final

from bench.series import Series

CONFIDENCE: Final = 1.96
"""Standard deviations of 95 %."""
_SEED: Final = 20260105


class Samples(Series):
    """Milliseconds of single answers; their spread is that of the middle half, as a share of the median."""

    @property
    def spread(self) -> float:
        """See above."""
        low, _, high = quantiles(self.values, n=4)
        return (high - low) / self.median


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    How much longer one takes than the other, in milliseconds: the Hodges-Lehmann estimate of the shift with its 95 %
    interval; `p` of the two-sided Mann-Whitney test; `superior`: how often one answer of the one takes longer than one
    of the other, 0.5 where nothing can be told.
    """

    shift: float
    low: float
    high: float
    p: float
    superior: float

    @property
    def farthest(self) -> float:
        """The largest shift, either way, that the interval still allows."""
        return max(abs(self.low), abs(self.high))


def difference(ours: Series, theirs: Series) -> Difference:
    """What tells `ours` from `theirs`; normal approximation with ties, good for 20 samples of each and more."""
    mine, its = ours.values, sorted(theirs.values)
    n, m = len(mine), len(its)
    wins = sum((bisect_left(its, one) + bisect_right(its, one)) / 2 for one in mine)
    both = sorted((*mine, *its))
    ties = sum(count**3 - count for count in (bisect_right(both, v) - bisect_left(both, v) for v in set(both)))
    total = n + m
    deviation = math.sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1))))
    shifts = sorted(one - other for one in mine for other in its)
    outside = max(0, math.floor(n * m / 2 - CONFIDENCE * deviation))
    return Difference(
        shift=(shifts[(n * m - 1) // 2] + shifts[n * m // 2]) / 2,
        low=shifts[outside],
        high=shifts[n * m - 1 - outside],
        p=math.erfc(abs(wins - n * m / 2) / deviation / math.sqrt(2)) if deviation else 1.0,
        superior=wins / (n * m),
    )


def interleaved(
    ours: Callable[[int], float], theirs: Callable[[int], float], *, samples: int, warm: int = 10
) -> tuple[Samples, Samples]:
    """
    Seconds of both in turns, which of the two comes first by lot, as Samples; each is given the number of its turn.
    The first `warm` turns do not count, and have the numbers of the last ones.
    """
    dice = random.Random(_SEED)
    found: tuple[list[float], list[float]] = ([], [])
    turns = [*range(samples, samples + warm), *range(samples)]
    for turn in turns:
        for side in dice.sample((0, 1), 2):
            found[side].append(1000 * (ours, theirs)[side](turn))
    return Samples(tuple(found[0][warm:])), Samples(tuple(found[1][warm:]))
