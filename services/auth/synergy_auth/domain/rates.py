"""How often something may be done from one network within a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from synergy_auth.domain.errors import TooManyRequests


@dataclass(frozen=True, slots=True)
class Rate:
    """`most` times `within` a time."""

    most: int
    within: timedelta

    def check(self, before: Sequence[datetime], *, now: datetime) -> None:
        """Refuse what comes after too many `before`. Raises TooManyRequests with whole seconds to wait."""
        recent = sorted(at for at in before if at > now - self.within)
        if len(recent) >= self.most:
            opens = recent[-self.most] + self.within
            raise TooManyRequests(max(1, ceil((opens - now).total_seconds())))
