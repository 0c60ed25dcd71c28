"""Access tokens (JWT, RFC 9068) and refresh tokens (opaque, 256 bits, kept only as SHA-256)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt

from synergy_auth.domain.account import Account
from synergy_auth.keys import SigningKeys
from synergy_chassis.clock import new_id

ISSUER = "synergyos"
AUDIENCE = "synergyos"
TOKEN_TYPE = "at+jwt"  # noqa: S105 (a media type, RFC 9068)
SCOPES = ("read", "write")
SUPERUSER_SCOPES = (*SCOPES, "admin")
REFRESH_PREFIX = "syn_rt_"
"""So that people and secret scanners know what they have found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetimes:
    """How long an access token, an unused refresh token, and a session however often refreshed, are good for."""

    access: timedelta
    refresh: timedelta
    session: timedelta


@dataclass(frozen=True, slots=True)
class RefreshSecret:
    """A fresh refresh token: the secret for the client, its id for the table."""

    text: str
    id: bytes


class Tokens:
    """Makes tokens."""

    def __init__(self, keys: SigningKeys, lifetimes: Lifetimes) -> None:
        self._keys = keys
        self.lifetimes = lifetimes

    def look_up_keys(self) -> None:
        """See that the signing keys are at hand, before a transaction is begun in which a token is signed."""
        self._keys.look_up()

    def access(self, account: Account, *, session_id: UUID, session_ends: datetime, now: datetime) -> str:
        """A signed access token, good from `now` on and never longer than its session."""
        kid, key = self._keys.signer()
        issued = int(now.timestamp())
        ends = min(now + self.lifetimes.access, session_ends)
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(account.id),
            "jti": str(new_id()),
            "sid": str(session_id),
            "scopes": SUPERUSER_SCOPES if account.is_superuser else SCOPES,
            "gen": account.generation,
            "superuser": account.is_superuser,
            "iat": issued,
            "nbf": issued,
            "exp": int(ends.timestamp()),
        }
        return jwt.encode(claims, key, algorithm="EdDSA", headers={"typ": TOKEN_TYPE, "kid": kid})

    def refresh_expires(self, now: datetime, session_expires_at: datetime) -> datetime:
        """When a refresh token issued now expires: never later than its session."""
        return min(now + self.lifetimes.refresh, session_expires_at)


def new_refresh() -> RefreshSecret:
    """A fresh refresh token."""
    text = REFRESH_PREFIX + secrets.token_urlsafe(32)
    return RefreshSecret(text, refresh_id(text))


def refresh_id(text: str) -> bytes:
    """The id under which a refresh token is stored. A plain hash is enough for 256 random bits."""
    return hashlib.sha256(text.encode()).digest()
