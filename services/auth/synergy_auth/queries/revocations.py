"""What gateways must refuse: access tokens that have not expired and yet hold no more."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select, text

from synergy_auth.tables import revocations as table

AT_ONCE: Final = 5_000
_SEEN = text("""
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin, (SELECT epoch::text FROM store.epoch) AS epoch
""")


def revocations(rows: Connection, *, after: str | None, beyond: UUID | None, now: datetime) -> dict[str, Any]:
    """
    Revocations of tokens that may be alive, by id: all, or with `after` (the `cursor` of an answer before) those
    written since then. `beyond` goes on behind the last of a full answer.

    The cursor is the oldest transaction that was open when the answer was read: whatever was not yet to be seen then
    is written by that one or a later one. So an answer may repeat what an earlier one held, and none is ever missed,
    however late a transaction commits. Where a cursor is of another epoch of the store, or from its future, the answer
    holds all, and says so (`whole`).
    """
    seen = rows.execute(_SEEN).one()
    since = _since(after, seen.epoch, seen.xmin)
    wanted = select(table).where(table.c.until > now).order_by(table.c.id).limit(AT_ONCE)
    if since is not None:
        wanted = wanted.where(table.c.xid >= since)
    if beyond is not None:
        wanted = wanted.where(table.c.id > beyond)
    found = rows.execute(wanted).mappings().all()
    told = ("user_id", "session_id", "generation", "spared", "until")
    return {
        "cursor": f"{seen.epoch}:{seen.xmin}",
        "whole": since is None,
        "more": found[-1]["id"] if len(found) == AT_ONCE else None,
        "revocations": [{name: row[name] for name in told} for row in found],
    }


def _since(after: str | None, epoch: str, xmin: int) -> int | None:
    """The transaction to read from, None for all."""
    told, _, number = (after or "").partition(":")
    if told != epoch or not (number.isascii() and number.isdecimal()) or int(number) > xmin:
        return None
    return int(number)
