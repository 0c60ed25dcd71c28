"""Where the followers stand in the stores of projects and auth."""

from typing import Final

from sqlalchemy import Connection

from synergy_chassis.store import positions

PLACE: Final = positions.Place(consumer="webhooks", source="projects")
ACCOUNTS_PLACE: Final = positions.Place(consumer="webhooks", source="auth")


def locked(connection: Connection) -> positions.Held:
    """Where the follower of projects stands, locked until the transaction ends."""
    return positions.lock(connection, PLACE)


def locked_position(connection: Connection) -> int:
    """
    The position in the projects store up to which deliveries were derived, locked until the transaction ends.

    A subscription's change that commits with it is seen by exactly the events after it.
    """
    return locked(connection).position
