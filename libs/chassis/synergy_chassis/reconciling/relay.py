"""Has the relay published what the store holds?"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Engine, Row, text

from synergy_chassis.reconciling.report import Damage, Finding, RelayState
from synergy_chassis.store.engine import translated

PART: Final = "relay"
_LOOK: Final = text("""
    SELECT r.position, r.published, r.holder IS NOT NULL AND r.expires_at > clock_timestamp() AS leads,
           coalesce((SELECT max(e.position) FROM store.events e), 0) AS head,
           (SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END FROM store.events_position s) AS handed_out,
           (SELECT count(*) FROM store.events e WHERE e.position <= r.position) AS stored,
           (SELECT count(*) FROM store.events e WHERE e.position > r.position AND e.position <= :goal) AS lacking
      FROM store.relay r
""")


def look_at_relay(engine: Engine, goal: int) -> tuple[RelayState, list[Finding]]:
    """Where the relay is, and what is wrong with that; it is behind when it has not published up to `goal`."""
    with translated(), engine.connect() as connection:
        row = connection.execute(_LOOK, {"goal": goal}).one()
    state = RelayState(position=row.position, head=row.head, published=row.published, leads=row.leads)
    return state, list(_findings(row))


def _findings(row: Row[tuple[int, ...]]) -> Iterator[Finding]:
    if row.lacking:
        nobody = "" if row.leads else " No relay holds the lease: start one."
        detail = f"{row.lacking} events after position {row.position} are not published.{nobody}"
        yield Finding(damage=Damage.BEHIND, part=PART, detail=detail, passes=True)
    if row.position > row.handed_out:
        detail = (
            f"The checkpoint {row.position} lies ahead of the log, which ends at {row.handed_out}: "
            "what is stored next would not be published."
        )
        yield Finding(damage=Damage.CONTRADICTION, part=PART, detail=detail)
    if row.published != row.stored:
        detail = (
            f"{row.stored} events are stored up to the checkpoint {row.position}, but {row.published} were "
            "published on the way there: it was moved by hand."
        )
        yield Finding(damage=Damage.CONTRADICTION, part=PART, detail=detail)
