"""What a read model that follows another service's store says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table

from synergy_chassis.follower import Apply, Owner
from synergy_chassis.store.positions import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowingModel:
    """
    Rows that follow from another service's events, in the order of its store.

    `place` is where the follower that keeps them stands; it locks that place, and writes the rows with it. `apply` is
    the part of the follower's effect that writes these tables, and nothing else: no delivery, no message. It names the
    tables as `tables` does, without a schema. They stand in the order in which rows may be inserted, and a revision has
    named them by synergy_chassis.store.migrate.rebuilt_beside.
    """

    name: str
    place: Place
    tables: Sequence[Table]
    owner: Owner
    apply: Apply
