"""What a relay counts."""

from dataclasses import dataclass, field

from synergy_chassis.barrier import BarrierWaits


@dataclass(slots=True)
class Counters:
    """
    Since the process started. `unroutable` events reached no queue (consumers heal from the log, but somebody
    should look); `resent` counts batches that had to be sent again; `led` how often this process became the
    leader. `published` events were given to the broker, `confirmed` ones it has. `position` is what the leader has
    published to, and `head` the newest position that any writer was given; both are of use only while it is `leading`.
    `pruned` outcomes of commands were forgotten; `unpruned` is 1 while that fails. `seals` were made here; `unsealed`
    is 1 while sealing, or copying the seals to their file, fails.
    """

    published: int = 0
    confirmed: int = 0
    unroutable: int = 0
    resent: int = 0
    led: int = 0
    position: int = 0
    head: int = 0
    leading: bool = False
    pruned: int = 0
    unpruned: int = 0
    seals: int = 0
    unsealed: int = 0
    barrier: BarrierWaits = field(default_factory=BarrierWaits)

    @property
    def lag(self) -> int:
        """Positions that are not published, an upper bound of events."""
        return max(0, self.head - self.position)
