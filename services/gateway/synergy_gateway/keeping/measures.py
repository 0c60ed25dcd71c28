"""What a gateway process counts of the answers it keeps."""

from typing import Final

from prometheus_client import Counter, Gauge

from synergy_chassis.metrics import REGISTRY
from synergy_chassis.metrics.tallies import Counts, Times
from synergy_gateway.keeping.shelf import Shelf

reads: Final = Counts("cache_reads", "Reads whose answers may be kept, by what became of them.", ["outcome"])
seconds: Final = Times("cache_read_seconds", "The same, from the request's headers to having the answer.", ["outcome"])
not_raised: Final = Counter(
    "cache_marks_owed", "Changes that were answered before Redis knew of them.", registry=REGISTRY
)
gaps: Final = Counter("cache_gaps", "Times everything kept was thrown away, for events may have been missed.",
    registry=REGISTRY,
)  # fmt: skip
_bytes: Final = Gauge("cache_bytes", "Bytes of the answers that are kept.", registry=REGISTRY)
_answers: Final = Gauge("cache_answers", "Answers that are kept, old ones included.", registry=REGISTRY)
_evicted: Final = Gauge("cache_evicted", "Answers that went for want of room.", registry=REGISTRY)


def read(outcome: str, milliseconds: float) -> None:
    """A read has its answer."""
    reads.of[(outcome,)] += 1
    seconds.of[(outcome,)].add(milliseconds / 1000)


def forgotten(shelf: Shelf) -> None:
    """Throw everything away, for some events may have been missed."""
    gaps.inc()
    shelf.clear()


def watch(shelf: Shelf) -> None:
    """Show this shelf whenever somebody asks."""
    _bytes.set_function(lambda: shelf.size)
    _answers.set_function(lambda: len(shelf))
    _evicted.set_function(lambda: shelf.evicted)
