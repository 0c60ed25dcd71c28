"""Mails that another service's event means."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, Insert, LargeBinary, Text, Uuid, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from synergy_auth.tables import mails, users
from synergy_chassis.clock import new_id

MOST_A_DAY: Final = 20
"""Such mails to one account: what others named is in them, and its address may be a stranger's."""


def notice_noted(kind: str, *, event_id: UUID, user_id: int, sealed: bytes, at: datetime) -> Insert:
    """
    A mail to the account that the event means it for, once; none to an account that is disabled, gone, or told often
    enough within a day. One that is being erased is waited for.
    """
    lately = (
        (mails.c.user_id == user_id) & mails.c.event_id.is_not(None) & (mails.c.created_at > at - timedelta(days=1))
    )
    told = select(func.count()).select_from(mails).where(lately).scalar_subquery()
    values = {
        "id": literal(new_id(), Uuid),
        "kind": literal(kind, Text),
        "user_id": users.c.id,
        "sealed": literal(sealed, LargeBinary),
        "created_at": literal(at, DateTime(timezone=True)),
        "due_at": literal(at, DateTime(timezone=True)),
        "event_id": literal(event_id, Uuid),
    }
    owner = select(*values.values()).where(users.c.id == user_id, users.c.is_active, told < MOST_A_DAY)
    noted = insert(mails).from_select(list(values), owner.with_for_update(read=True, key_share=True))
    return noted.on_conflict_do_nothing(
        index_elements=[mails.c.event_id, mails.c.user_id], index_where=mails.c.event_id.is_not(None)
    )
