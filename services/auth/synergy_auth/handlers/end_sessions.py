"""After a restore to an earlier time: sessions that were ended since, and tokens that were spent, would live again."""

from typing import Final

from sqlalchemy import Connection, func, update

from synergy_auth.tables import sessions, users

FURTHER: Final = 1_000_000
"""Generations of access tokens that are passed over: those of the lost time are not given again."""


def end_all_sessions(rows: Connection) -> str:
    """End every session that is open; everybody signs in again. The sentence says how many."""
    rows.execute(update(users).values(generation=users.c.generation + FURTHER))
    ended = rows.execute(
        update(sessions).where(sessions.c.ended_at.is_(None)).values(ended_at=func.now(), ended_because="restored")
    )
    return f"{ended.rowcount} sessions ended, for some had ended since the backup: everybody signs in again."
