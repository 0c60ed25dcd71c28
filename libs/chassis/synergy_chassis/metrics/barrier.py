"""Waits at the store's barrier as Prometheus reads them."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from synergy_chassis.barrier import BarrierWaits
from synergy_chassis.metrics import REGISTRY


def watch(store: str, waits: BarrierWaits) -> None:
    """Show these waits whenever somebody asks; `store` is whose log it is."""
    REGISTRY.register(_Shown(store, waits))


class _Shown(Collector):
    def __init__(self, store: str, waits: BarrierWaits) -> None:
        self._store = store
        self._waits = waits

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: a process may show the logs of several stores."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Reads and seconds give the average; the longest and the holder say whom to look at."""
        waits = self._waits
        yield self._counter("reads", "Reads of the log behind the barrier.", waits.reads)
        yield self._counter("wait_seconds", "Time that these waited for writers.", waits.seconds)
        yield self._gauge("longest_wait_seconds", "The longest of these waits.", waits.longest)
        yield self._gauge("holder_pid", "Server process the last read waited for; 0: none.", waits.holder)

    def _counter(self, name: str, told: str, value: float) -> Metric:
        counter = CounterMetricFamily(f"store_barrier_{name}", told, labels=["store"])
        counter.add_metric([self._store], value)
        return counter

    def _gauge(self, name: str, told: str, value: float) -> Metric:
        gauge = GaugeMetricFamily(f"store_barrier_{name}", told, labels=["store"])
        gauge.add_metric([self._store], value)
        return gauge
