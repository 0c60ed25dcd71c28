"""What a person is told of what is held of them here, part by part."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from synergy_auth.queries.accounts import read_profile
from synergy_auth.queries.credentials import list_tokens
from synergy_auth.queries.security import own_security_events
from synergy_auth.queries.sessions import own_sessions

PART: Final = 500
"""Of each kind, in one answer: it must fit a message."""
MOST_TOKENS: Final = 1_000
"""More than an account may have: domain.personal_tokens."""
SESSIONS: Final = "sessions"
EVENTS: Final = "security_events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a part ended: behind the one of this time and id of `kind`, SESSIONS or EVENTS."""

    kind: str
    at: datetime
    id: UUID


def personal_data(
    rows: Connection, user_id: int, *, current: UUID | None, now: datetime, after: Place | None = None
) -> dict[str, Any]:
    """
    A part of the account's own data, each kind the latest first: the sessions that are open, then the whole security
    log; `more` is where the next part begins. In each part: the profile, and the tokens that can still be used. Not
    told are sessions that are over, which the log tells of, tokens that are, hashes and secrets, mails, and
    invitations. Raises AccountUnavailable.
    """
    sessions: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    more: Place | None = None
    place = (after.at, after.id) if after is not None else None
    if after is None or after.kind == SESSIONS:
        sessions = own_sessions(rows, user_id, current=current, now=now, after=place, at_most=PART)
        more, place = _behind(SESSIONS, "created_at", sessions), None
    if more is None:
        events = own_security_events(rows, user_id, after=place, at_most=PART)
        more = _behind(EVENTS, "at", events)
    return {
        "profile": read_profile(rows, user_id, now=now),
        "sessions": sessions,
        "tokens": list_tokens(rows, user_id, now=now, page=1, page_size=MOST_TOKENS)["results"],
        "security_events": events,
        "more": None if more is None else {"kind": more.kind, "at": more.at, "id": more.id},
    }


def _behind(kind: str, time: str, found: list[dict[str, Any]]) -> Place | None:
    return Place(kind=kind, at=found[-1][time], id=found[-1]["id"]) if len(found) == PART else None
