"""A session begins: what is written, and what the client gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable

from synergy_auth import projections
from synergy_auth.domain.account import Account
from synergy_auth.domain.commands import Client
from synergy_auth.tokens import Tokens, new_refresh
from synergy_chassis.clock import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """Rows to write, and the tokens that hold once they are written."""

    rows: Sequence[Executable]
    access: str
    refresh: str


def new_session(account: Account, *, client: Client, kind: str, tokens: Tokens, now: datetime) -> NewSession:
    """Open a session with its first pair of tokens; `kind` is its line in the security log."""
    user_id, session_id, refresh = account.id, new_id(), new_refresh()
    ends = now + tokens.lifetimes.session
    return NewSession(
        rows=[
            projections.session_opened(
                session_id, user_id, address=client.address, user_agent=client.user_agent, at=now, expires_at=ends
            ),
            projections.token_issued(refresh.id, session_id, at=now, expires_at=tokens.refresh_expires(now, ends)),
            projections.security_event(
                new_id(), kind, at=now, account_key=f"user:{user_id}", user_id=user_id, session_id=session_id,
                address=client.address, user_agent=client.user_agent,
            ),
        ],
        access=tokens.access(account, session_id=session_id, session_ends=ends, now=now),
        refresh=refresh.text,
    )  # fmt: skip


def signed_in(profile: dict[str, Any], session: NewSession) -> dict[str, Any]:
    """The answer to whoever signed in."""
    return {"user": profile, "access": session.access, "refresh": session.refresh}
