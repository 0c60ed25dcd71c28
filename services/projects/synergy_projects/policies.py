"""What another service's events mean here: names of users are kept up to date."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Final

from sqlalchemy import Connection

from synergy_chassis.follower import Owner
from synergy_chassis.generations import FollowingModel
from synergy_chassis.store.positions import Place
from synergy_contracts.envelope import StoredEvent
from synergy_projects import tables
from synergy_projects.domain.person import Person
from synergy_projects.queries.imports import forget_imports_of
from synergy_projects.queries.people import forget, remember

PLACE: Final = Place(consumer="projects", source="auth")
"""Where the follower stands in auth's store."""

_NAMED = frozenset({"user.registered", "user.updated"})


def keep_names(
    events: Sequence[StoredEvent], connection: Connection, *, names: Callable[[Collection[int]], list[Person]]
) -> None:
    """Fetch and keep the present names of the users that these events of auth tell of. Other events mean nothing."""
    erased = _erased(events)
    user_ids = sorted({int(event.data["user_id"]) for event in events if event.type in _NAMED} - erased)
    if user_ids:
        remember(connection, names(user_ids))
    if erased:
        forget(connection, erased)


def hear(
    events: Sequence[StoredEvent], connection: Connection, *, names: Callable[[Collection[int]], list[Person]]
) -> None:
    """What these events of auth mean here: names are kept, and who is erased leaves no file to be imported."""
    keep_names(events, connection, names=names)
    if erased := _erased(events):
        forget_imports_of(connection, erased)


def _erased(events: Sequence[StoredEvent]) -> set[int]:
    return {int(event.data["user_id"]) for event in events if event.type == "user.erased"}


def forget_names(_after: int, connection: Connection) -> None:
    """Auth's store was restored to an earlier time: its events come again, and the names with them."""
    forget(connection)


def people_model(owner: Owner, names: Callable[[Collection[int]], list[Person]]) -> FollowingModel:
    """The table `people`, which follows auth's events, for the rebuild: with the names that auth tells now."""
    apply = partial(keep_names, names=names)
    return FollowingModel(name="people", place=PLACE, tables=(tables.people,), owner=owner, apply=apply)
