"""What a gateway process counts of those who follow."""

from collections.abc import Sized
from typing import Final

from prometheus_client import Counter, Gauge

from synergy_chassis.metrics import REGISTRY

ended: Final = Counter(
    "event_readers_ended", "Streams and long polls that ended, by why.", ["reason"], registry=REGISTRY
)
behind: Final = Counter(
    "event_readers_behind", "Times a stream's client was so slow that it is read from the log again.", registry=REGISTRY
)
unreadable: Final = Counter(
    "event_readers_unreadable", "Times an event was met that cannot be read, and all began anew.", registry=REGISTRY
)
_open: Final = Gauge("event_readers", "Streams and long polls that are open.", registry=REGISTRY)


def watch(audience: Sized) -> None:
    """Show this audience whenever somebody asks."""
    _open.set_function(lambda: len(audience))
