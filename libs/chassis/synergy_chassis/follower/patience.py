"""What is tried again, and for how long."""

from dataclasses import dataclass
from datetime import timedelta

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.store.errors import StatementTooSlow, StoreUnavailable
from synergy_contracts.refusals import Refused


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an event that cannot be applied is retried in place before it is parked."""

    first: timedelta = timedelta(milliseconds=500)
    longest: timedelta = timedelta(seconds=15)
    total: timedelta = timedelta(minutes=1)

    def pauses(self) -> list[float]:
        """The pauses between the attempts, in seconds: doubling from `first` to `longest`, `total` in all."""
        pauses: list[float] = []
        pause, left = self.first.total_seconds(), self.total.total_seconds()
        while left > 0 and pause > 0:
            pauses.append(min(pause, left))
            left -= pauses[-1]
            pause = min(pause * 2, self.longest.total_seconds())
        return pauses


def passes(error: Exception) -> bool:
    """Whether trying again later may help without anybody changing anything."""
    if isinstance(error, Refused):
        return error.kind in {"unavailable", "too_late", "too_many"}
    if isinstance(error, StatementTooSlow):
        return False
    return isinstance(error, OSError | StoreUnavailable | RpcUnavailable | RpcTimeout)
