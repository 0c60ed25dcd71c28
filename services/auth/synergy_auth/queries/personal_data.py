"""All that is held of a person here."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from synergy_auth.queries.accounts import read_profile
from synergy_auth.queries.credentials import list_tokens
from synergy_auth.queries.security import list_security_events
from synergy_auth.queries.sessions import list_sessions

MOST: Final = 1_000
"""Of each kind, the latest: what is answered must fit a message."""


def personal_data(rows: Connection, user_id: int, *, current: UUID | None, now: datetime) -> dict[str, Any]:
    """The account's own data. Raises AccountUnavailable."""
    page: dict[str, Any] = {"page": 1, "page_size": MOST}
    log = list_security_events(rows, user_id, everybody_s=False, user=None, kind=None, **page)
    return {
        "profile": read_profile(rows, user_id, now=now),
        "sessions": list_sessions(rows, user_id, current=current, now=now, **page)["results"],
        "tokens": list_tokens(rows, user_id, now=now, **page)["results"],
        "security_events": log["results"],
    }
