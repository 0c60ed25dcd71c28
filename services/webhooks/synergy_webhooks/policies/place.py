"""Where the follower stands in the projects store."""

from typing import Final

from sqlalchemy import Connection

from synergy_chassis.store import positions

PLACE: Final = positions.Place(consumer="webhooks", source="projects")


def locked(connection: Connection) -> positions.Held:
    """Where the follower stands, locked until the transaction ends."""
    return positions.lock(connection, PLACE)


def locked_position(connection: Connection) -> int:
    """
    The position up to which deliveries were derived, locked until the transaction ends.

    A subscription's change that commits with it is seen by exactly the events after it.
    """
    return locked(connection).position
