"""What a sender counts."""

from collections.abc import Callable, Iterable
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from synergy_chassis.metrics import REGISTRY
from synergy_webhooks.delivery.parcel import Outcome

BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0)

_deliveries: Final = Counter(
    "deliveries", "Attempts on record, by the state they left their delivery in.", ["outcome"], registry=REGISTRY
)
_seconds: Final = Histogram(
    "delivery_attempt_seconds", "From resolving the name to the end of the answer.", ["answer"], buckets=BUCKETS,
    registry=REGISTRY,
)  # fmt: skip
_in_flight: Final = Gauge("deliveries_in_flight", "Attempts under way.", registry=REGISTRY)

_waiting: Final = Gauge("deliveries_waiting", "Deliveries that have not ended, over all senders.", registry=REGISTRY)


def wait(deliveries: int) -> None:
    """So many have not ended."""
    _waiting.set(deliveries)


def attempted(outcome: Outcome) -> None:
    """An attempt has ended."""
    _seconds.labels(answer(outcome.status_code)).observe(outcome.duration_ms / 1000)


def recorded(statuses: Iterable[str]) -> None:
    """Attempts were put on record with these verdicts: success, retrying or failed."""
    for status in statuses:
        _deliveries.labels(status).inc()


def watch(in_flight: Callable[[], int]) -> None:
    """Show how many attempts are under way whenever somebody asks."""
    _in_flight.set_function(in_flight)


def answer(status: int | None) -> str:
    """The class of a status: 2xx … 5xx, other; none where there was no answer."""
    if status is None:
        return "none"
    return f"{status // 100}xx" if 200 <= status < 600 else "other"
