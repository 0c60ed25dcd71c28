"""What a follower in this process knows of itself, for metrics."""

from dataclasses import dataclass


@dataclass(slots=True)
class Progress:
    """
    How far a follower was, how far its source, how many events were parked, and how many streams of the service's own
    a rebuild could not fold, when this process last looked; and what it counted since it started: `gaps` between what
    it held and what it was sent, events `fetched` from the owner, `duplicates` that were sent and held already.
    """

    position: int = 0
    head: int = 0
    parked: int = 0
    unfolded: int = 0
    gaps: int = 0
    fetched: int = 0
    duplicates: int = 0

    @property
    def lag(self) -> int:
        """Positions between the two; more than events, for positions have holes."""
        return max(0, self.head - self.position)
