"""Exchange a refresh token for a fresh pair."""

from datetime import datetime

from sqlalchemy import Connection

from synergy_auth import projections, queries
from synergy_auth.domain.commands import Client, RefreshTokens
from synergy_auth.domain.errors import InvalidRefreshToken, SessionEnded, TokenReused
from synergy_auth.domain.rotation import Retried, Reused, Rotated, rotate
from synergy_auth.tokens import Tokens, new_refresh, refresh_id
from synergy_chassis.clock import Clock, new_id
from synergy_chassis.store import UnitOfWork


def refresh_tokens(command: RefreshTokens, *, uow: UnitOfWork, clock: Clock, tokens: Tokens) -> dict[str, str]:
    """
    A fresh pair; the old token is spent.

    Raises InvalidRefreshToken, SessionEnded, or TokenReused after ending the session.
    """
    tokens.look_up_keys()
    with uow.writing() as rows:
        family = queries.family(rows, refresh_id(command.refresh))
        if family is None:
            raise InvalidRefreshToken
        now = clock.now()
        rotation = rotate(family.token, family.follower, session_over=family.over(now), now=now)
        account = queries.account(rows, family.user_id)
        if account is None or not account.is_active:
            raise SessionEnded
        fresh = new_refresh()
        match rotation:
            case Rotated():
                rows.execute(projections.token_spent(family.token.id, follower=fresh.id, at=now))
            case Retried(cancelled=lost):
                rows.execute(projections.token_cancelled(lost))
                rows.execute(projections.token_retried(family.token.id, follower=fresh.id))
            case Reused():
                _end(rows, family, command.client, now)
        if not isinstance(rotation, Reused):
            expires = tokens.refresh_expires(now, family.expires_at)
            rows.execute(projections.token_issued(fresh.id, family.session_id, at=now, expires_at=expires))
            rows.execute(projections.session_used(family.session_id, at=now))
            access = tokens.access(
                user_id=account.id, superuser=account.is_superuser, session_id=family.session_id, now=now
            )
            return {"access": access, "refresh": fresh.text}
    raise TokenReused


def _end(rows: Connection, family: queries.Family, client: Client, now: datetime) -> None:
    rows.execute(projections.session_ended(family.session_id, at=now, because="token_reuse"))
    rows.execute(
        projections.security_event(
            new_id(), "token_reuse", at=now, account_key=f"user:{family.user_id}", user_id=family.user_id,
            session_id=family.session_id, address=client.address, user_agent=client.user_agent,
        )
    )  # fmt: skip
