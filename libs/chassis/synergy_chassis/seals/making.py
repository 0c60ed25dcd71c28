"""Seals what is new."""

from collections.abc import Iterator
from typing import Final

from synergy_chassis.clock import Clock
from synergy_chassis.seals import database
from synergy_chassis.seals.merkle import leaf, root
from synergy_chassis.seals.seal import Seal

MOST_EVENTS: Final = 10_000
"""Events under one seal, so that the memory it takes is bounded."""


def seal_what_is_new(
    connection: database.Connection, *, store: str, clock: Clock, most: int = MOST_EVENTS
) -> Iterator[Seal]:
    """
    Seal the events since the last seal that are complete (read behind the barrier); the seals that were made.

    `connection` is in autocommit. Several may do this at once: each event comes under one seal.
    """
    upto, last = database.complete_to(connection), database.newest(connection)
    while events := database.places(connection, last.upto if last else 0, upto, most):
        new = Seal.over(
            last,
            store=store,
            upto=events[-1][0],
            events=len(events),
            root=root([leaf(*event) for event in events]),
            at=clock.now(),
        )
        if database.add(connection, new):
            yield new
            last = new
        else:
            last = database.newest(connection)
