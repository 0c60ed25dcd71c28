"""A rate, as an operator writes it: `60000/m`."""

import re
from dataclasses import dataclass
from typing import Final

_WRITTEN: Final = re.compile(r"(\d{1,7})(?:/([smhd]))?")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket of `most` requests that fills up within `seconds`."""

    most: int
    seconds: int

    @property
    def each(self) -> float:
        """Seconds after which there is one more."""
        return self.seconds / self.most


def parse(written: str) -> Rate | None:
    """`60000/m` as a rate, `0` as none. Raises ValueError."""
    parts = _WRITTEN.fullmatch(written)
    if parts is None or (int(parts[1]) and not parts[2]):
        raise ValueError("a number in a time, such as 60000/m (s, m, h, d), or 0 for no limit")
    return Rate(int(parts[1]), _SECONDS[parts[2]]) if int(parts[1]) else None
