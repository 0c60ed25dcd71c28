"""What a gateway process counts of the answers it keeps."""

from functools import cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from synergy_chassis.metrics import REGISTRY, SECONDS
from synergy_gateway.keeping.shelf import Shelf

reads: Final = Counter(
    "cache_reads", "Reads whose answers may be kept, by what became of them.", ["outcome"], registry=REGISTRY
)
seconds: Final = Histogram(
    "cache_read_seconds", "The same, from the request's headers to having the answer.", ["outcome"], buckets=SECONDS,
    registry=REGISTRY,
)  # fmt: skip
not_raised: Final = Counter(
    "cache_marks_owed", "Changes that were answered before Redis knew of them.", registry=REGISTRY
)
gaps: Final = Counter("cache_gaps", "Times everything kept was thrown away, for events may have been missed.",
    registry=REGISTRY,
)  # fmt: skip
_bytes: Final = Gauge("cache_bytes", "Bytes of the answers that are kept.", registry=REGISTRY)
_answers: Final = Gauge("cache_answers", "Answers that are kept, old ones included.", registry=REGISTRY)
_evicted: Final = Gauge("cache_evicted", "Answers that went for want of room.", registry=REGISTRY)


@cache
def _of(outcome: str) -> tuple[Counter, Histogram]:
    return reads.labels(outcome), seconds.labels(outcome)


def read(outcome: str, milliseconds: float) -> None:
    """A read has its answer."""
    counted, timed = _of(outcome)
    counted.inc()
    timed.observe(milliseconds / 1000)


def forgotten(shelf: Shelf) -> None:
    """Throw everything away, for some events may have been missed."""
    gaps.inc()
    shelf.clear()


def watch(shelf: Shelf) -> None:
    """Show this shelf whenever somebody asks."""
    _bytes.set_function(lambda: shelf.size)
    _answers.set_function(lambda: len(shelf))
    _evicted.set_function(lambda: shelf.evicted)
