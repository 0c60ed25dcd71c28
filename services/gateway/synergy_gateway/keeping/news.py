"""What was heard of changes as events: the second way, by which also those are seen that came through no gateway."""

from collections.abc import Callable
from typing import Any, Final

from synergy_chassis.bus.asyncio_hearing import Heard
from synergy_gateway.keeping.shelf import Kept, Moment
from synergy_gateway.keeping.table import MEMBERSHIPS, NAMES

MOST_NAMES: Final = 50_000
"""Names of which something was heard and is remembered; beyond, everything kept counts as old, and it begins anew."""
RENAMING: Final = frozenset({"user.updated", "user.erased"})
"""Events of auth after which somebody is called otherwise in projects, once it has followed; who is new is nowhere."""
JOINING: Final = ("user_id", "owner_id")
"""Fields of projects' events that hold who came in, or went."""


class News:
    """
    The newest version heard of each name. `era` counts gaps: what was asked for before one may have missed something.
    """

    def __init__(self, on_gap: Callable[[], None] = lambda: None) -> None:
        self._on_gap = on_gap
        self._versions: dict[str, int] = {}
        self._unversioned: dict[str, int] = {}
        self._count = 0
        self._told = 0  # counts whatever was heard: while it stays, what held then holds
        self.era = 0

    def moment(self, epoch: tuple[int, bytes], nonces: dict[str, bytes | None]) -> Moment:
        """Now, for an answer that is asked for."""
        return Moment(epoch=epoch, nonces=nonces, era=self.era, heard=self._count)

    def of_projects(self, event: Heard) -> None:
        """An event of projects: its stream has at least this version, and people may be in other projects."""
        self._told += 1
        self._version(event.stream, event.version)
        for name in JOINING:
            if isinstance(user_id := event.data.get(name), int):
                self._count += 1
                self._unversioned[f"{MEMBERSHIPS}{user_id}"] = self._count
        self._bound()

    def of_auth(self, event: Heard) -> None:
        """An event of auth: of names, an answer must have been made after projects had followed up to it."""
        if event.type in RENAMING:
            self._told += 1
            self._version(NAMES, event.position)

    def gap(self) -> None:
        """Something may have been missed, so whatever is kept may be old."""
        self.era += 1
        self._told += 1
        self._versions.clear()
        self._unversioned.clear()
        self._on_gap()

    def hold(self, kept: Kept) -> bool:
        """Whether nothing was heard that the answer does not have."""
        if kept.held == self._told:
            return True
        moment = kept.moment
        if moment.era != self.era:
            return False
        for name, version in kept.versions.items():
            if version is None:
                if self._unversioned.get(name, 0) > moment.heard:
                    return False
            elif self._versions.get(name, 0) > version:
                return False
        kept.held = self._told
        return True

    def _version(self, name: str, version: Any) -> None:
        if version > self._versions.get(name, 0):
            self._versions[name] = version

    def _bound(self) -> None:
        if len(self._versions) > MOST_NAMES or len(self._unversioned) > MOST_NAMES:
            self.gap()
