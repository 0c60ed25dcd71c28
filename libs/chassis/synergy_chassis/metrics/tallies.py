"""
Counters and times of what happens in one thread and often: plain numbers, made into samples when somebody asks.

They are shown as a Counter and a Histogram would be, and cost a quarter of them.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from synergy_chassis.metrics import REGISTRY, SECONDS

Labels = tuple[str, ...]
BOUNDS: Final = (*map(str, SECONDS), "+Inf")


class Counts(Collector):
    """How often: `of[labels] += 1`."""

    def __init__(self, name: str, documentation: str, labels: Sequence[str]) -> None:
        self._named = name, documentation
        self._labels = labels
        self.of: defaultdict[Labels, int] = defaultdict(int)
        REGISTRY.register(self)

    def collect(self) -> Iterable[CounterMetricFamily]:
        """As of now."""
        family = CounterMetricFamily(*self._named, labels=self._labels)
        for labels, count in self.of.items():
            family.add_metric(labels, count)
        return [family]


class Taken:
    """How long things of one kind took."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(SECONDS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(SECONDS, seconds)] += 1
        self.total += seconds


class Times(Collector):
    """How long, in the buckets of SECONDS: `of[labels].add(seconds)`."""

    def __init__(self, name: str, documentation: str, labels: Sequence[str]) -> None:
        self._named = name, documentation
        self._labels = labels
        self.of: defaultdict[Labels, Taken] = defaultdict(Taken)
        REGISTRY.register(self)

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """As of now."""
        family = HistogramMetricFamily(*self._named, labels=self._labels)
        for labels, taken in self.of.items():
            family.add_metric(labels, list(_cumulated(taken)), taken.total)
        return [family]


def _cumulated(taken: Taken) -> Iterable[tuple[str, Any]]:
    so_far = 0
    for bound, count in zip(BOUNDS, taken.counts, strict=True):
        so_far += count
        yield bound, so_far
