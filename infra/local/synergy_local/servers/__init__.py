"""The private servers: what each of them can be asked."""

from typing import Protocol

from synergy_local.processes import Watched
from synergy_local.program import Program


class Server(Protocol):
    """A private server before and after its start."""

    def prepare(self) -> None:
        """Write what this start needs; make the data the first time. Raises Trouble."""
        ...

    def programs(self) -> list[Program]:
        """Its programs, in starting order."""
        ...

    def wait_ready(self, *children: Watched) -> None:
        """Return when it answers. Raises Trouble when a child ended instead, or it takes too long."""
        ...
