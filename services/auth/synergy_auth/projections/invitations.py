"""Rows of invitations to projects."""

from datetime import datetime
from unicodedata import normalize
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, Insert, Update, delete, func, insert, literal_column, update

from synergy_auth.domain.account import unique_key
from synergy_auth.domain.invitations import Invitation
from synergy_auth.tables import invitations, mail_links, mails


def invitation_made(invitation: Invitation, digest: bytes) -> Insert:
    """An invitation that is sent."""
    return insert(invitations).values(
        id=invitation.id,
        digest=digest,
        project_id=invitation.project_id,
        role=invitation.role,
        email=invitation.email,
        email_key=unique_key(invitation.email),
        invited_by=invitation.invited_by,
        created_at=invitation.created_at,
        expires_at=invitation.expires_at,
    )


def invitation_accepted(invitation_id: UUID, user_id: int) -> Update:
    """It is this user's, and nobody else's any more."""
    return update(invitations).where(invitations.c.id == invitation_id).values(accepted_by=user_id)


def invitation_cancelled(invitation_id: UUID, *, at: datetime) -> Update:
    """It holds no more."""
    return update(invitations).where(invitations.c.id == invitation_id).values(cancelled_at=at)


def address_erased(email: str) -> list[Delete]:
    """
    Nobody at this address is known any more: neither invitations to it, nor mails, nor what was asked for in its name
    and is nobody's.
    """
    key = unique_key(email)
    nobody_s = mail_links.c.user_id.is_(None) & func.lower(mail_links.c.email).in_(sorted({key, email.lower()}))
    return [
        delete(invitations).where(invitations.c.email_key == key),
        delete(mails).where(mailed_to(email)),
        delete(mail_links).where(nobody_s),
    ]


def mailed_to(email: str) -> ColumnElement[bool]:
    """
    Which mails go to this address, however it was spelled. Those without a key were written by a version that knew
    none, beside this one or before it.
    """
    key = unique_key(email)
    near = func.lower(func.normalize(mails.c.address, literal_column("NFKC")))
    spelled = near.in_(sorted({key, normalize("NFKC", email).lower()}))
    return (mails.c.address_key == key) | (mails.c.address_key.is_(None) & mails.c.address.is_not(None) & spelled)


def invitations_forgotten(*, before: datetime) -> Delete:
    """Invitations that expired long ago."""
    return delete(invitations).where(invitations.c.expires_at < before)
