"""After a restore to an earlier time: sessions that were ended since, and tokens that were spent, would live again."""

from sqlalchemy import Connection, func, update

from synergy_auth.tables import sessions


def end_all_sessions(rows: Connection) -> str:
    """End every session that is open; everybody signs in again. The sentence says how many."""
    ended = rows.execute(
        update(sessions).where(sessions.c.ended_at.is_(None)).values(ended_at=func.now(), ended_because="restored")
    )
    return f"{ended.rowcount} sessions ended, for some had ended since the backup: everybody signs in again."
