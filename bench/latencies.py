"""What many answers' times say together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Latencies:
    """Milliseconds of `count` answers: mean, least, most, and the times within which 50, 95 and 99 % came."""

    count: int
    mean: float
    least: float
    most: float
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, took: Iterable[float]) -> Self:
        """Of answers that took so many milliseconds. Raises ValueError for none."""
        ordered = sorted(took)
        if not ordered:
            raise ValueError("There was no answer.")
        return cls(
            count=len(ordered), mean=fmean(ordered), least=ordered[0], most=ordered[-1],
            p50=percentile(ordered, 50), p95=percentile(ordered, 95), p99=percentile(ordered, 99),
        )  # fmt: skip


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The least value that is not below `percent` % of the values, which stand in order (nearest rank)."""
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]
