"""Links that are sent by mail: what each is for, and how long it works."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from synergy_auth.domain.errors import LinkInvalid

RESET: Final = "password_reset"
CONFIRM: Final = "confirm_email"
LIFETIMES: Final[Mapping[str, timedelta]] = {RESET: timedelta(hours=1), CONFIRM: timedelta(days=3)}
MOST_RESETS: Final = 3
"""Mails within RESETS_WITHIN to one account; whoever asks further is answered the same, and nothing is sent."""
RESETS_WITHIN: Final = timedelta(hours=1)
MOST_CHANGES: Final = 3
"""Mails to confirm an address that one account may ask for within CHANGES_WITHIN."""
CHANGES_WITHIN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as its row holds it; `email` is the address that it was sent to and confirms."""

    kind: str
    user_id: int | None
    email: str | None
    expires_at: datetime


def used(link: Link | None, *, kind: str, now: datetime) -> int:
    """Whose link this is. Raises LinkInvalid: unknown, used, expired, or made for something else."""
    if link is None or link.kind != kind or link.expires_at <= now or link.user_id is None:
        raise LinkInvalid
    return link.user_id
