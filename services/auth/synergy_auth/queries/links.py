"""Links that were sent by mail."""

from datetime import datetime

from sqlalchemy import Connection, func, literal_column, select

from synergy_auth.domain.links import Link
from synergy_auth.tables import mail_links, security_events


def link(rows: Connection, digest: bytes) -> Link | None:
    """The link of this digest, if it was not used."""
    row = rows.execute(select(mail_links).where(mail_links.c.digest == digest)).mappings().one_or_none()
    if row is None:
        return None
    return Link(kind=row["kind"], user_id=row["user_id"], email=row["email"], expires_at=row["expires_at"])


def resets_asked(rows: Connection, account_key: str, *, since: datetime) -> int:
    """How many mails to set a new password were sent; asked at the same time, one after the other."""
    rows.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"password_reset {account_key}", 1))))
    asked = select(func.count()).where(
        security_events.c.account_key == account_key, security_events.c.at > since,
        security_events.c.kind == literal_column("'password_reset_asked'"),
    )  # fmt: skip
    return rows.execute(asked).scalar_one()


def addresses_asked(rows: Connection, user_id: int, *, since: datetime) -> int:
    """How many mails to confirm an address the account had sent."""
    asked = select(func.count()).where(
        security_events.c.user_id == user_id, security_events.c.at > since,
        security_events.c.kind.in_(("email_change_asked", "email_confirmation_asked")),
    )  # fmt: skip
    return rows.execute(asked).scalar_one()
