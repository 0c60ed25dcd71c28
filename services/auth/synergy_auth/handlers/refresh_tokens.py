"""Exchange a refresh token for a fresh pair."""

from synergy_auth import projections, queries
from synergy_auth.domain import decide
from synergy_auth.domain.commands import RefreshTokens
from synergy_auth.domain.errors import InvalidRefreshToken, SessionEnded, TokenReused
from synergy_auth.domain.rotation import Retried, Reused, Rotated, rotate
from synergy_auth.handlers.needs import Needs, opened
from synergy_auth.tokens import new_refresh, refresh_id
from synergy_chassis.store import CommandContext, Writer


def refresh_tokens(command: RefreshTokens, context: CommandContext, needs: Needs) -> dict[str, str]:
    """
    A fresh pair; the old token is spent.

    Raises InvalidRefreshToken, SessionEnded, or TokenReused after ending the session.
    """
    tokens = needs.tokens
    tokens.look_up_keys()
    with needs.uow.writing() as rows:
        family = queries.family(rows, refresh_id(command.refresh))
        if family is None:
            raise InvalidRefreshToken
        now = needs.clock.now()
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
        if not isinstance(rotation, Reused):
            expires = tokens.refresh_expires(now, family.expires_at)
            rows.execute(projections.token_issued(fresh.id, family.session_id, at=now, expires_at=expires))
            rows.execute(projections.session_used(family.session_id, at=now))
            access = tokens.access(account, session_id=family.session_id, session_ends=family.expires_at, now=now)
            return {"access": access, "refresh": fresh.text}
    _end(family, command, context, needs)
    raise TokenReused


def _end(family: queries.Family, command: RefreshTokens, context: CommandContext, needs: Needs) -> None:
    """
    The family ends, its access tokens are refused, and the owner is told by mail. Whoever comes second with a spent
    token finds it ended. Raises SessionEnded.
    """
    with opened(family.user_id, context, needs, missing=SessionEnded) as theirs:
        now = theirs.stream.now
        if theirs.stream.seen is not None:
            return
        if not queries.open_among(theirs.stream.rows, family.user_id, [family.session_id], now=now):
            raise SessionEnded

        def rows(writer: Writer) -> None:
            theirs.end_session(writer, family.session_id, because="token_reuse")
            theirs.log(writer, "token_reuse", command.client, session_id=family.session_id)
            writer.execute(projections.mail_noted("token_reused", at=now, user_id=family.user_id))

        theirs.record(decide.end_sessions(theirs.account, [family.session_id]), rows)
