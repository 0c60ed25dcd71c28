"""The state of a label."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True, kw_only=True)
class Label:
    """A label. `color` is `#rrggbb`; `version` is that of the last event that changed it."""

    id: int
    name: str
    color: str
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def folded(self) -> str:
        """The name as it is compared: no two labels of a project differ in case only."""
        return folded(self.name)


def folded(name: str) -> str:
    """A label's name as it is compared."""
    return name.casefold()
