"""What an operator does after a service's database was restored to an earlier time, before anybody writes to it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from synergy_chassis.store.engine import translated

Beside = Callable[[Connection], str]
"""What else a service does then, in the same transaction; its sentence says what that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """
    A store in a new epoch: `head` is the position of its last event, and the next one gets a position after
    `next_after`. Its relay goes on after `published_to`. `notes` say what else was done.
    """

    epoch: str
    head: int
    next_after: int
    published_to: int
    notes: tuple[str, ...] = ()


_STATE = text("""
    SELECT e.epoch::text AS epoch, p.last_value AS next_after, r.position AS published_to,
           coalesce((SELECT max(position) FROM store.events), 0) AS head
      FROM store.epoch e, store.events_position p, store.relay r
""")


def restored(owner: Engine, *, beside: Beside | None = None) -> Restored:
    """
    Begin a new epoch in the database that `owner` connects to as the owner role.

    What is stored stays as it is, outcomes of commands too. Raises StoreUnavailable.
    """
    with translated(), owner.begin() as connection:
        connection.execute(text("SELECT store.new_epoch()"))
        notes = (beside(connection),) if beside else ()
        row = connection.execute(_STATE).one()
    return Restored(
        epoch=row.epoch, head=row.head, next_after=row.next_after, published_to=row.published_to, notes=notes
    )
