"""Invitations to projects: how long they hold, whose they are, how many one may send."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from synergy_auth.domain.errors import LinkInvalid, TooManyInvitations

LIFETIME: Final = timedelta(days=14)
MOST_A_DAY: Final = 100
"""Invitations that one account may send within a day."""
MOST_TO_ONE: Final = 5
"""Of these to one address, whatever the projects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation as its row holds it."""

    id: UUID
    project_id: int
    role: str
    email: str
    invited_by: int
    created_at: datetime
    expires_at: datetime
    accepted_by: int | None = None
    cancelled_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        """Whether it can be accepted by somebody."""
        return self.accepted_by is None and self.holds(now)

    def holds(self, now: datetime) -> bool:
        """Whether it was neither cancelled nor has expired, whoever accepted it."""
        return self.cancelled_at is None and self.expires_at > now


def may_invite(sent_today: int, to_address: int) -> None:
    """Whether one more may be sent, and to this address. Raises TooManyInvitations."""
    if sent_today >= MOST_A_DAY or to_address >= MOST_TO_ONE:
        raise TooManyInvitations


def accepted(invitation: Invitation | None, *, user_id: int, now: datetime) -> Invitation:
    """
    The invitation, which is the user's now. Whoever accepted it may ask again: joining may have failed since.

    Raises LinkInvalid: unknown, cancelled, expired, or somebody else's.
    """
    if invitation is None or invitation.cancelled_at is not None or invitation.expires_at <= now:
        raise LinkInvalid
    if invitation.accepted_by not in (None, user_id):
        raise LinkInvalid
    return invitation
