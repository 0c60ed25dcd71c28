"""Personal access tokens: what they may be, and what of them one may make with another."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from synergy_auth.domain.errors import InvalidField, ScopeNotHeld, TooManyTokens

SCOPES: Final = ("read", "write", "admin")
MOST: Final = 100
"""Tokens of an account at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalToken:
    """A token as its row holds it."""

    id: UUID
    user_id: int
    name: str
    scopes: tuple[str, ...]
    hint: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it may be used."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


def new_token(
    *,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None,
    held: Collection[str],
    made_with: PersonalToken | None,
    others: int,
    now: datetime,
) -> tuple[tuple[str, ...], datetime | None]:
    """
    The scopes, in order, and the end of a token to be made. `held` are the scopes of who asks; `made_with` is the
    token that is used to ask: nothing made with it may do more or live longer. `others` counts those there are.

    Raises InvalidField, ScopeNotHeld or TooManyTokens.
    """
    if not name.strip() or any(ord(char) < 32 or ord(char) == 127 for char in name):
        raise InvalidField("/name", "Give it a name of one line.")
    missing = [scope for scope in SCOPES if scope in scopes and scope not in held]
    if missing:
        raise ScopeNotHeld(missing[0])
    if expires_at is not None and expires_at <= now:
        raise InvalidField("/expires_at", "This is over already.")
    if made_with is not None and made_with.expires_at is not None:
        if expires_at is not None and expires_at > made_with.expires_at:
            raise InvalidField("/expires_at", "A token cannot make one that lives longer than it does.")
        expires_at = expires_at or made_with.expires_at
    if others >= MOST:
        raise TooManyTokens
    return tuple(scope for scope in SCOPES if scope in scopes), expires_at
