"""
Refresh tokens rotate (RFC 9700 §4.14.2): each works once and is followed by another of the same family, the session.

    active ──used──► spent ──again within GRACE, its follower unused──► spent, retried: the follower is cancelled
    spent or cancelled, shown at any other time ──► reuse: the family ends
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from synergy_auth.domain.errors import InvalidRefreshToken, SessionEnded

GRACE = timedelta(seconds=10)
"""How long a client that never saw the answer may ask again with the old token, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """A refresh token as its row holds it: `id` is the SHA-256 of the secret, `follower` what it was exchanged for."""

    id: bytes
    expires_at: datetime
    spent_at: datetime | None = None
    follower: bytes | None = None
    retried: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Rotated:
    """The token was good: spend it, and issue a follower."""


@dataclass(frozen=True, slots=True)
class Retried:
    """The answer had been lost: cancel the follower `cancelled`, and issue another."""

    cancelled: bytes


@dataclass(frozen=True, slots=True)
class Reused:
    """A spent token came back: end the family."""


Rotation = Rotated | Retried | Reused


def rotate(
    token: RefreshToken, follower: RefreshToken | None, *, session_over: bool, now: datetime, grace: timedelta = GRACE
) -> Rotation:
    """
    What presenting `token` means; `follower` is the token it was exchanged for, if it was.

    Raises SessionEnded when the family ended before, InvalidRefreshToken when the token expired unused.
    """
    if session_over:
        raise SessionEnded
    if token.cancelled:
        return Reused()
    if token.spent_at is None:
        if token.expires_at <= now:
            raise InvalidRefreshToken
        return Rotated()
    lost_answer = follower is not None and follower.spent_at is None and not follower.cancelled
    if follower is not None and lost_answer and not token.retried and now - token.spent_at <= grace:
        return Retried(cancelled=follower.id)
    return Reused()
