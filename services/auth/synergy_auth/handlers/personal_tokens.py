"""Personal access tokens: made, used, revoked."""

from typing import Any
from uuid import UUID

from synergy_auth import queries
from synergy_auth.domain import decide
from synergy_auth.domain import personal_tokens as rules
from synergy_auth.domain.commands import CreateToken, RevokeToken
from synergy_auth.domain.errors import InvalidToken, TokenNotFound
from synergy_auth.domain.personal_tokens import PersonalToken
from synergy_auth.handlers.needs import Needs, opened
from synergy_auth.hashing import token_digest
from synergy_auth.projections import credentials, mail_noted, refusals_forgotten, session_refused
from synergy_chassis import checked_tokens
from synergy_chassis.clock import new_id
from synergy_chassis.store import CommandContext, Writer

PREFIX = "syn_pat_"
HINT = 4


def create_token(command: CreateToken, context: CommandContext, needs: Needs) -> dict[str, Any]:
    """
    A new token with its text, which nobody can tell again; repeated, None stands for it.

    Raises AccountUnavailable, SessionEnded or InvalidToken when what the caller came with was ended since;
    InvalidField, ScopeNotHeld or TooManyTokens.
    """
    caller = command.caller
    with opened(caller.user_id, context, needs) as mine:
        reading, now = mine.stream.rows, mine.stream.now
        if mine.stream.seen is not None:
            made = queries.personal_token(reading, caller.user_id, UUID(mine.stream.seen["token_id"]))
            return queries.token_view(made) | {"token": None}
        mine.still_signed_in(caller)
        made_with = None
        if caller.personal_token and caller.session_id is not None:
            made_with = queries.personal_token(reading, caller.user_id, caller.session_id)
        scopes, expires_at = rules.new_token(
            name=command.name, scopes=command.scopes, expires_at=command.expires_at, held=caller.scopes,
            made_with=made_with, others=queries.usable_tokens(reading, caller.user_id, now=now), now=now,
        )  # fmt: skip
        text = checked_tokens.make(PREFIX)
        token = PersonalToken(
            id=new_id(), user_id=caller.user_id, name=command.name, scopes=scopes, hint=text[-HINT:], created_at=now,
            expires_at=expires_at, last_used_at=None, revoked_at=None,
        )  # fmt: skip

        def rows(writer: Writer) -> None:
            writer.execute(credentials.personal_token_made(token, token_digest(text)))
            mine.log(writer, "token_created", caller.client, session_id=caller.session_id)
            writer.execute(mail_noted("token_created", at=now, user_id=caller.user_id))

        mine.record([], rows, outcome={"user_id": caller.user_id, "token_id": str(token.id)})
    return queries.token_view(token) | {"token": text}


def revoke_token(command: RevokeToken, context: CommandContext, needs: Needs) -> None:
    """The token works no more, anywhere, within seconds. Raises TokenNotFound, or as `still_signed_in`."""
    caller = command.caller
    with opened(caller.user_id, context, needs) as mine:
        if mine.stream.seen is not None:
            return
        mine.still_signed_in(caller)
        now = mine.stream.now
        token = queries.personal_token(mine.stream.rows, caller.user_id, command.token_id)
        if not token.holds(now):
            raise TokenNotFound

        def rows(writer: Writer) -> None:
            writer.execute(refusals_forgotten(at=now))
            writer.execute(credentials.personal_token_revoked(token.id, at=now))
            writer.execute(session_refused(token.id, caller.user_id, until=needs.refused_until(now)))
            mine.log(writer, "token_revoked", caller.client, session_id=caller.session_id)

        mine.record(decide.end_sessions(mine.account, [token.id]), rows)


def verify_token(text: str, needs: Needs) -> dict[str, Any]:
    """Whom a token lets in, and what for; that it was used is noted. Raises InvalidToken."""
    if not checked_tokens.well_formed(PREFIX, text):
        raise InvalidToken
    now = needs.clock.now()
    with needs.uow.reading() as rows:
        token, verified = queries.verify_token(rows, token_digest(text), now=now)
    if token.last_used_at is None or now - token.last_used_at > credentials.NOTED_EVERY:
        with needs.uow.writing() as rows:
            rows.execute(credentials.personal_token_used(token.id, at=now))
    return verified
