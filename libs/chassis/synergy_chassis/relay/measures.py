"""A relay's counters as Prometheus reads them."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from synergy_chassis.metrics import REGISTRY, barrier
from synergy_chassis.relay.counters import Counters

COUNTED = {
    "published": "Events given to the broker, those sent again included.",
    "confirmed": "Events the broker has confirmed.",
    "unroutable": "Events that reached no queue.",
    "resent": "Batches that had to be sent again.",
    "led": "Times this process became the leader.",
    "pruned": "Outcomes of commands forgotten by this process.",
    "seals": "Seals made by this process.",
}


def watch(source: str, counters: Counters) -> None:
    """Show these counters whenever somebody asks."""
    REGISTRY.register(_Shown(source, counters))
    barrier.watch(source, counters.barrier)


class _Shown(Collector):
    def __init__(self, source: str, counters: Counters) -> None:
        self._source = source
        self._counters = counters

    def collect(self) -> Iterable[Metric]:
        """How far the log is published is known to the leader alone."""
        for name, told in COUNTED.items():
            counter = CounterMetricFamily(f"relay_{name}", told, labels=["source"])
            counter.add_metric([self._source], getattr(self._counters, name))
            yield counter
        leading = self._counters.leading
        yield self._gauge(
            "unsealed", "1 while sealing, or copying the seals to their file, fails.", self._counters.unsealed
        )
        yield self._gauge("unpruned", "1 while forgetting old outcomes of commands fails.", self._counters.unpruned)
        yield self._gauge("leading", "1 while this process leads.", int(leading))
        if leading:
            yield self._gauge("position", "Position up to which the log is published.", self._counters.position)
            yield self._gauge("lag", "Positions between there and the newest one handed out.", self._counters.lag)

    def _gauge(self, name: str, told: str, value: int) -> Metric:
        gauge = GaugeMetricFamily(f"relay_{name}", told, labels=["source"])
        gauge.add_metric([self._source], value)
        return gauge
