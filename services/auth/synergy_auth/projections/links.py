"""Rows of links that are sent by mail."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Delete, Insert, Update, case, delete, insert, select, update

from synergy_auth.domain.account import unique_key
from synergy_auth.projections import FORGOTTEN_AT_ONCE
from synergy_auth.tables import mail_links, users


def link_made(
    digest: bytes, kind: str, *, user_id: int | None, email: str | None, at: datetime, expires_at: datetime
) -> Insert:
    """A link that was sent."""
    return insert(mail_links).values(
        digest=digest, kind=kind, user_id=user_id, email=email, created_at=at, expires_at=expires_at
    )


def link_used(digest: bytes) -> Delete:
    """A link works once."""
    return delete(mail_links).where(mail_links.c.digest == digest)


def links_cancelled(user_id: int, kinds: Collection[str]) -> Delete:
    """No link of these kinds works any more."""
    return delete(mail_links).where(mail_links.c.user_id == user_id, mail_links.c.kind.in_(kinds))


def changes_of_address_cancelled(user_id: int, email: str) -> Delete:
    """Links that would give the account another address than this work no more."""
    others = (mail_links.c.user_id == user_id) & (mail_links.c.email != email)
    return delete(mail_links).where(others)


def links_forgotten(*, at: datetime) -> Delete:
    """Links that have expired, some at a time; others who clean up at once are not waited for."""
    expired = select(mail_links.c.digest).where(mail_links.c.expires_at < at).limit(FORGOTTEN_AT_ONCE)
    return delete(mail_links).where(mail_links.c.digest.in_(expired.with_for_update(skip_locked=True)))


def email_confirmed(user_id: int, email: str, *, at: datetime) -> Update:
    """This is the account's address, and the owner reads what is sent to it."""
    values = {"email": email, "email_key": unique_key(email), "email_confirmed_at": at, "updated_at": at}
    moved = case((users.c.email == email, 0), else_=1)  # the same address confirmed is no other profile
    return update(users).where(users.c.id == user_id).values(**values, revision=users.c.revision + moved)
