"""After a restore to an earlier time: whatever was ended, revoked, spent or cancelled since would live again."""

from typing import Final

from sqlalchemy import Connection, delete, func, update

from synergy_auth.tables import invitations, mail_links, personal_tokens, sessions, users

FURTHER: Final = 1_000_000
"""Generations of access tokens that are passed over: those of the lost time are not given again."""


def end_all_sessions(rows: Connection) -> str:
    """
    End every session that is open; everybody signs in again. Personal access tokens, links in mails and invitations
    that were not answered work no more. The sentence says how many.
    """
    rows.execute(update(users).values(generation=users.c.generation + FURTHER))
    ended = rows.execute(
        update(sessions).where(sessions.c.ended_at.is_(None)).values(ended_at=func.now(), ended_because="restored")
    )
    living = personal_tokens.c.revoked_at.is_(None)
    revoked = rows.execute(update(personal_tokens).where(living).values(revoked_at=func.now()))
    links = rows.execute(delete(mail_links))
    waiting = invitations.c.accepted_by.is_(None) & invitations.c.cancelled_at.is_(None)
    cancelled = rows.execute(update(invitations).where(waiting).values(cancelled_at=func.now()))
    return (
        f"{ended.rowcount} sessions ended, for some had ended since the backup: everybody signs in again. For the same "
        f"reason revoked or cancelled: {revoked.rowcount} personal access tokens, {links.rowcount} links in mails, "
        f"{cancelled.rowcount} invitations."
    )
