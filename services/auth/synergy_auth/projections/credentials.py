"""Rows of second factors and personal access tokens."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Delete, Insert, Update, delete, insert, update

from synergy_auth.domain.personal_tokens import PersonalToken
from synergy_auth.tables import personal_tokens, recovery_codes, second_factors

NOTED_EVERY: Final = timedelta(minutes=1)
"""How exactly the last use of a token is told."""


def second_factor_begun(user_id: int, sealed_secret: bytes, *, at: datetime) -> Insert:
    """A secret that waits to be confirmed."""
    return insert(second_factors).values(user_id=user_id, sealed_secret=sealed_secret, created_at=at)


def second_factor_confirmed(user_id: int, *, step: int, at: datetime) -> Update:
    """Signing in needs it from now on; the code that showed it is spent."""
    mine = second_factors.c.user_id == user_id
    return update(second_factors).where(mine).values(confirmed_at=at, last_step=step)


def second_factor_removed(user_id: int) -> Delete:
    """The second factor is gone."""
    return delete(second_factors).where(second_factors.c.user_id == user_id)


def code_spent(user_id: int, step: int) -> Update:
    """The code of this time step, and those before it, work no more."""
    return update(second_factors).where(second_factors.c.user_id == user_id).values(last_step=step)


def recovery_codes_made(user_id: int, digests: Collection[bytes]) -> Insert:
    """Codes that stand for the second factor."""
    return insert(recovery_codes).values([{"user_id": user_id, "digest": digest} for digest in digests])


def recovery_code_spent(user_id: int, digest: bytes) -> Delete:
    """A recovery code was used."""
    mine = recovery_codes.c.user_id == user_id
    return delete(recovery_codes).where(mine, recovery_codes.c.digest == digest)


def recovery_codes_removed(user_id: int) -> Delete:
    """No recovery code is left."""
    return delete(recovery_codes).where(recovery_codes.c.user_id == user_id)


def personal_token_made(token: PersonalToken, digest: bytes) -> Insert:
    """A new personal access token."""
    return insert(personal_tokens).values(
        id=token.id,
        user_id=token.user_id,
        digest=digest,
        name=token.name,
        scopes=" ".join(token.scopes),
        hint=token.hint,
        created_at=token.created_at,
        expires_at=token.expires_at,
    )


def personal_token_used(token_id: UUID, *, at: datetime) -> Update:
    """A token was used, noted once a minute."""
    long_ago = personal_tokens.c.last_used_at.is_(None) | (personal_tokens.c.last_used_at < at - NOTED_EVERY)
    return update(personal_tokens).where(personal_tokens.c.id == token_id, long_ago).values(last_used_at=at)


def personal_token_revoked(token_id: UUID, *, at: datetime) -> Update:
    """A token works no more."""
    return update(personal_tokens).where(personal_tokens.c.id == token_id).values(revoked_at=at)


def personal_tokens_revoked(user_id: int, *, at: datetime) -> Update:
    """No token of the account works any more."""
    living = (personal_tokens.c.user_id == user_id) & personal_tokens.c.revoked_at.is_(None)
    return update(personal_tokens).where(living).values(revoked_at=at)
