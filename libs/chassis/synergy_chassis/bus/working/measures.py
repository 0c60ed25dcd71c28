"""What a process knows of the work it shares, as Prometheus and the health page read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from prometheus_client import Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from synergy_chassis.metrics import REGISTRY
from synergy_contracts.envelope import PartHealth

DONE: Final = "done"
FAILED: Final = "failed"
PARKED: Final = "parked"
INTERRUPTED: Final = "interrupted"
REFUSED: Final = "refused"

handled: Final = Counter(
    "work", "Jobs taken, by what became of the try.", ["service", "work", "outcome"], registry=REGISTRY
)


@dataclass(slots=True)
class Waiting:
    """How many jobs of one kind wait, as counted at the last look; `up` while the broker answers."""

    service: str
    work: str
    waiting: int = 0
    parked: int = 0
    up: bool = False


_watched: Final[list[Waiting]] = []


class _Shown(Collector):
    def collect(self) -> Iterable[Metric]:
        labels = ["service", "work"]
        waiting = GaugeMetricFamily("work_waiting", "Jobs that wait to be taken.", labels=labels)
        parked = GaugeMetricFamily("work_parked", "Jobs that were given up and wait for an operator.", labels=labels)
        for one in _watched:
            waiting.add_metric([one.service, one.work], one.waiting)
            parked.add_metric([one.service, one.work], one.parked)
        return [waiting, parked]


def watch(waiting: Waiting) -> None:
    """Show this one whenever somebody asks."""
    if not _watched:
        REGISTRY.register(_Shown())
    _watched.append(waiting)


def work_health() -> PartHealth:
    """How much work waits in the queues of this process' entrypoints, and what is parked."""
    parked = [f"{one.parked} of {one.work} are parked." for one in _watched if one.parked]
    if not all(one.up for one in _watched):
        return PartHealth(status="down", detail="The queues of the work cannot be read.")
    return PartHealth(status="up", lag=sum(one.waiting for one in _watched), detail=" ".join(parked) or None)
