"""What a store holds up to a position, for whoever wants to know whether a follower has it all."""

from typing import Final

from sqlalchemy import Engine, text

from synergy_chassis.store.engine import translated
from synergy_contracts.envelope import Tally

_TALLY: Final = text("""
    SELECT count(*) AS events, coalesce(max(e.position), 0) AS last,
           coalesce((SELECT max(position) FROM store.events), 0) AS head, (SELECT epoch::text FROM store.epoch) AS epoch
      FROM store.events e WHERE e.position <= :position
""")


def tally(engine: Engine, position: int) -> Tally:
    """The events up to and with `position`, which a follower holds, so that none of them is still being written."""
    with translated(), engine.connect() as connection:
        row = connection.execute(_TALLY, {"position": position}).one()
    return Tally(events=row.events, last=row.last, head=row.head, epoch=row.epoch)
