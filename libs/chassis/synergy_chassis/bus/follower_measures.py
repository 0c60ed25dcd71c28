"""What a follower knows of itself, as Prometheus reads it."""

from collections.abc import Iterable
from typing import Any, Final, Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from synergy_chassis.metrics import REGISTRY

STATES: Final = {
    "position": "Position up to which another store is followed.",
    "lag": "Positions between the newest event known of and the one held.",
    "parked": "Events that could not be applied, and the later ones of their streams, that wait to be replayed.",
}
COUNTED: Final = {
    "gaps": "Times that what was sent did not join what is held, so that the owner was asked.",
    "fetched": "Events fetched from the owner.",
    "duplicates": "Events that were sent and held already.",
}


class Followed(Protocol):
    """A synergy_chassis.follower.Follower, known by its names and its progress alone: callers have no database."""

    consumer: str
    source: str
    progress: Any


def watch(followers: Iterable[Followed]) -> None:
    """Show these followers whenever somebody asks."""
    REGISTRY.register(_Shown(list(followers)))


class _Shown(Collector):
    def __init__(self, followers: list[Followed]) -> None:
        self._followers = followers

    def collect(self) -> Iterable[Metric]:
        for name, told in STATES.items():
            yield self._filled(GaugeMetricFamily(f"follower_{name}", told, labels=["consumer", "source"]), name)
        unfolded = {follower.consumer: follower.progress.unfolded for follower in self._followers}
        streams = GaugeMetricFamily("rebuild_parked_streams", "Streams that cannot be folded.", labels=["service"])
        for service, count in unfolded.items():
            streams.add_metric([service], count)
        yield streams
        for name, told in COUNTED.items():
            yield self._filled(CounterMetricFamily(f"follower_{name}", told, labels=["consumer", "source"]), name)

    def _filled(self, family: CounterMetricFamily | GaugeMetricFamily, name: str) -> Metric:
        for follower in self._followers:
            family.add_metric([follower.consumer, follower.source], getattr(follower.progress, name))
        return family
