"""Who follows, and which projects they are in: kept up to date by the events themselves."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from synergy_gateway.following.subscription import Subscription

REMEMBERED: Final = 1_000
"""Comings and goings that are remembered for memberships that were asked for before them."""
JOINS: Final = {"member.added": "user_id", "project.created": "owner_id"}
LEAVES: Final = {"member.removed": "user_id"}
"""Types of events by which somebody comes into a project or goes, and the field that holds who."""
PURGED: Final = "project.purged"
"""The type of event after which nobody is in the project."""
PUT_OUT: Final = "put-out"


class Move(NamedTuple):
    """Somebody came into a project, or went."""

    position: int
    project: int
    user_id: int
    joined: bool


def move(position: int, project: int, kind: str, data: dict[str, Any]) -> Move | None:
    """Who came or went by this event, None for nobody."""
    for names, joined in ((JOINS, True), (LEAVES, False)):
        if (name := names.get(kind)) is not None and isinstance(user_id := data.get(name), int):
            return Move(position, project, user_id, joined)
    return None


class Audience:
    """
    The subscriptions, by user, and the projects of these users. `forgotten` is the position up to which moves are not
    remembered.
    """

    def __init__(self) -> None:
        self._subscriptions: dict[int, set[Subscription]] = {}
        self._projects: dict[int, set[int]] = {}
        self._users: defaultdict[int, set[int]] = defaultdict(set)
        self._anyones: defaultdict[int, set[Subscription]] = defaultdict(set)
        self._moves: deque[Move] = deque()
        self.forgotten = 0

    def __len__(self) -> int:
        return sum(map(len, self._subscriptions.values()))

    def __iter__(self) -> Iterator[Subscription]:
        return iter([one for ones in self._subscriptions.values() for one in ones])

    def of(self, user_id: int) -> int:
        """How many subscriptions the user has."""
        return len(self._subscriptions.get(user_id, ()))

    def knows(self, user_id: int) -> bool:
        """Whether it is known which projects the user is in."""
        return user_id in self._projects

    def learn(self, user_id: int, projects: Iterable[int], position: int) -> bool:
        """
        The user was in these projects at this position, or a little later; every move of that time was told here. False
        where moves since then are forgotten.
        """
        if position < self.forgotten:
            return False
        if user_id not in self._projects:
            self._projects[user_id] = set()
            for project in projects:
                self._go(Move(position, project, user_id, joined=True))
            for one in self._moves:
                if one.position > position and one.user_id == user_id:
                    self._go(one)
        return True

    def add(self, one: Subscription) -> None:
        """Somebody follows; which projects they are in is known."""
        self._subscriptions.setdefault(one.actor.user_id, set()).add(one)
        if one.actor.superuser and one.wanted.project is not None:
            self._anyones[one.wanted.project].add(one)

    def remove(self, one: Subscription) -> None:
        """Somebody follows no more."""
        user_id = one.actor.user_id
        ones = self._subscriptions.get(user_id, set())
        ones.discard(one)
        project = one.wanted.project
        if project is not None and (anyones := self._anyones.get(project)) is not None:
            anyones.discard(one)
            if not anyones:
                del self._anyones[project]
        if not ones:
            self._subscriptions.pop(user_id, None)
            for project in self._projects.pop(user_id, set()):
                self._part(project, user_id)

    def moved(self, one: Move) -> None:
        """Somebody came or went."""
        self._moves.append(one)
        if len(self._moves) > REMEMBERED:
            self.forgotten = self._moves.popleft().position
        self._go(one)

    def purged(self, project: int) -> None:
        """Nobody is in it any more; who reads its events alone hears no more of any."""
        for one in tuple(self.concerned(project)):
            if one.wanted.project == project:
                one.end(PUT_OUT)

    def concerned(self, project: int) -> Iterator[Subscription]:
        """Who may see what happens in this project."""
        for user_id in self._users.get(project, ()):
            yield from self._subscriptions.get(user_id, ())
        for one in self._anyones.get(project, ()):
            if one.actor.user_id not in self._users.get(project, ()):
                yield one

    def seen_by(self, one: Subscription) -> set[int] | None:
        """The projects whose events this subscription may be told, None for the one it names."""
        if one.actor.superuser and one.wanted.project is not None:
            return None
        return self._projects.get(one.actor.user_id, set())

    def _go(self, one: Move) -> None:
        projects = self._projects.get(one.user_id)
        if projects is None:
            return
        if one.joined:
            projects.add(one.project)
            self._users[one.project].add(one.user_id)
        else:
            projects.discard(one.project)
            self._part(one.project, one.user_id)
            for reader in self._subscriptions.get(one.user_id, ()):
                if reader.wanted.project == one.project and not reader.actor.superuser:
                    reader.end(PUT_OUT)  # a silent stream would look like a project in which nothing happens

    def _part(self, project: int, user_id: int) -> None:
        users = self._users.get(project)
        if users is not None:
            users.discard(user_id)
            if not users:
                del self._users[project]
