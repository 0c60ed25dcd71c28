"""What was committed against what a reader got."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from ordering.journal import Page
from ordering.techniques import Event
from ordering.writers import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    Counts of events, but for `rolled_back` (transactions) and `kills` (of the reader). `inverted` came after a later
    version of their stream. `beside_strangers`: delivered and committed while strangers had open writes.
    `beside_queue`: whether, while a hundred writers queued for a stream, events came that were committed after all of
    them did. Lags are from COMMIT to delivery, in seconds; those of killed readers are in.
    """

    technique: str
    committed: int
    rolled_back: int
    delivered: int
    missed: int
    twice: int
    inverted: int
    kills: int
    beside_strangers: tuple[int, int]
    beside_queue: bool | None
    lag_p50: float
    lag_p99: float

    @property
    def faults(self) -> list[str]:
        """What a reader of the log must not do, and this one did."""
        got, committed = self.beside_strangers
        done = {
            f"missed {self.missed} events": self.missed,
            f"got {self.twice} events twice": self.twice,
            f"got {self.inverted} events after later ones of their stream": self.inverted,
            "stood still while a hundred writers queued for a stream": self.beside_queue is False,
            f"stood still beside strangers: {got} of {committed} events": got * 2 < committed,
        }
        return [fault for fault, so in done.items() if so]


def outcome(
    technique: str,
    written: Written,
    pages: Sequence[Page],
    *,
    kills: int,
    strangers: tuple[float, float],
    beside_queue: bool | None,
) -> Outcome:
    """The counts; `strangers` were there between these times."""
    delivered = [(event, page.at) for page in pages for event in page.events]
    counts = Counter(event for event, _ in delivered)
    lags = [max(0.0, at - written.committed[event]) for event, at in delivered if event in written.committed]
    cuts = quantiles(lags, n=100) if len(lags) > 1 else [0.0] * 99
    first, last = strangers
    return Outcome(
        technique=technique,
        committed=len(written.committed),
        rolled_back=written.rolled_back,
        delivered=len(counts),
        missed=len(set(written.committed) - set(counts)),
        twice=counts.total() - len(counts),
        inverted=inversions(event for event, _ in delivered),
        kills=kills,
        beside_strangers=(
            sum(first <= at <= last for _, at in delivered),
            sum(first <= at <= last for at in written.committed.values()),
        ),
        beside_queue=beside_queue,
        lag_p50=cuts[49],
        lag_p99=cuts[98],
    )


def inversions(events: Iterable[Event]) -> int:
    """How many came after a later version of their stream."""
    latest: dict[str, int] = {}
    inverted = 0
    for stream, version in events:
        inverted += version < latest.get(stream, 0)
        latest[stream] = max(version, latest.get(stream, 0))
    return inverted
