"""Projects and tasks in numbers that nobody types, for trying out and measuring; as the service writes them."""

from synergy_projects.filling.data import Data
from synergy_projects.filling.store import append, reserved

__all__ = ["Data", "append", "reserved"]
